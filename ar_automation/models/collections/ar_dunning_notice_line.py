from odoo import fields, models


class ArDunningNoticeLine(models.Model):
    """One overdue item in a reminder, and the level that the reminder brought it onto.

    The database lets an item onto each level of a policy once: lines of reminders that
    were cancelled or only simulated do not count.
    """

    _name = "ar.dunning.notice.line"
    _description = "Reminder item"
    _order = "due_date, id"
    _rec_name = "name"

    notice_id = fields.Many2one(
        "ar.dunning.notice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(
        "ar.dunning.policy", required=True, readonly=True, ondelete="restrict"
    )
    # set null: an accountant who rebuilds an invoice's terms must not be stopped by a reminder
    move_line_id = fields.Many2one(
        "account.move.line", "Open item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, ondelete="set null", index="btree_not_null"
    )
    name = fields.Char("Number", required=True, readonly=True)
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(required=True, readonly=True)
    days_overdue = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    residual = fields.Monetary(
        "Open",
        readonly=True,
        help="Open amount in the item's currency when the reminder was decided.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    residual_company = fields.Monetary(
        "Open (company currency)",
        currency_field="company_currency_id",
        readonly=True,
        help="The open amount at the rates of the books.",
    )
    level_id = fields.Many2one(
        "ar.dunning.level",
        "Reaches level",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Level that this reminder brings the item onto. Empty: listed for completeness.",
    )
    is_live = fields.Boolean(
        readonly=True, help="The reminder counts: it was neither cancelled nor only simulated."
    )
    state = fields.Selection(related="notice_id.state")

    _level_once = models.UniqueIndex(
        "(policy_id, move_line_id, level_id) WHERE is_live AND level_id IS NOT NULL",
        "An open item goes through each dunning level once.",
    )
