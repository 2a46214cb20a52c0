from odoo import fields, models


class ArPromiseLine(models.Model):
    """One open item that a promise is for, as it stood when the promise was given."""

    _name = "ar.promise.line"
    _description = "Promised item"
    _order = "due_date, id"
    _rec_name = "move_line_id"

    promise_id = fields.Many2one(
        "ar.promise", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="promise_id.company_id", store=True)
    currency_id = fields.Many2one(related="promise_id.currency_id")
    # set null: an accountant who rebuilds an invoice's terms must not be stopped by a promise
    move_line_id = fields.Many2one(
        "account.move.line", "Open item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    due_date = fields.Date(readonly=True)
    amount = fields.Monetary("Promised", readonly=True, help="Its part of the promised amount.")
    open_amount = fields.Monetary(
        "Open then", readonly=True, help="What was open when the promise was given."
    )
    credited_before = fields.Monetary(
        readonly=True, help="What was credited already when the promise was given."
    )
    is_open = fields.Boolean(
        readonly=True, default=True, help="The promise is neither kept nor broken yet."
    )

    _one_open = models.UniqueIndex(
        "(move_line_id) WHERE is_open AND move_line_id IS NOT NULL",
        "An open item is promised once at a time.",
    )
