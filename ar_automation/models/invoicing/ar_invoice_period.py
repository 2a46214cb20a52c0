from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ArInvoicePeriod(models.Model):
    """One period of a plan that was billed, or left out for a reason that is said.

    The unique index makes it happen once, whoever bills and whatever is killed.
    """

    _name = "ar.invoice.period"
    _description = "Billed period"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "ar.invoice.plan", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True)
    kind = fields.Selection(
        [("regular", "Period"), ("closing", "Usage after the end")],
        required=True,
        readonly=True,
        default="regular",
    )
    date_from = fields.Date("First day", required=True, readonly=True)
    date_to = fields.Date("Last day", required=True, readonly=True)
    state = fields.Selection(
        [("billed", "Billed"), ("skipped", "Nothing to bill")],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="Why there was nothing to bill.")
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    is_releasable = fields.Boolean(compute="_compute_is_releasable")
    amount = fields.Monetary(readonly=True, help="What the plan's lines came to.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    # released periods stay, archived, as the history of what was billed
    active = fields.Boolean(default=True, readonly=True)

    _once = models.UniqueIndex(
        "(plan_id, kind, date_from) WHERE active", "This period of the plan was billed already."
    )

    # === COMPUTE METHODS ===#

    @api.depends("plan_id", "date_from", "date_to")
    def _compute_display_name(self):
        for period in self:
            period.display_name = self.env._(
                "%(plan)s, %(first)s to %(last)s",
                plan=period.plan_id.name,
                first=format_date(self.env, period.date_from),
                last=format_date(self.env, period.date_to),
            )

    @api.depends("active", "move_id.state", "move_id.payment_state")
    def _compute_is_releasable(self):
        for period in self:
            # sudo: the state of an invoice tells nothing to who may read the period
            move = period.sudo().move_id
            is_gone = move.state == "cancel" or move.payment_state == "reversed"
            period.is_releasable = period.active and (not move or is_gone)

    # === ACTION METHODS ===#

    def action_release(self):
        """Let a period be billed again, because its invoice was deleted or taken back."""
        self.plan_id.check_access("write")
        for period in self:
            move = period.move_id
            if period.active and not period.is_releasable:
                raise UserError(
                    self.env._(
                        "%(period)s stands on %(invoice)s. Cancel or reverse that invoice first, "
                        "or the customer is billed twice.",
                        period=period.display_name,
                        invoice=move.display_name,
                    )
                )
        # sudo: periods are written by the app alone; the plan's own access was checked
        self.sudo()._release()

    def action_open_invoice(self):
        """Open the invoice on which the period stands."""
        self.ensure_one()
        if not self.move_id:
            raise UserError(self.env._("This period has no invoice: %s", self.reason or ""))
        return self.move_id._get_records_action()

    # === PRIVATE METHODS ===#

    def _release(self):
        self.env["ar.invoice.usage"].search([("period_id", "in", self.ids)]).period_id = False
        lines = self.plan_id.line_ids.filtered(lambda line: line.billed_period_id in self)
        lines.billed_period_id = False
        self.active = False
        for plan, periods in self.grouped("plan_id").items():
            plan._ar_move_cursor_back(min(periods.mapped("date_from")))
