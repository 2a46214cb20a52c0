from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

COLLECTORS = "ar_automation.ar_automation_group_collector"


class ArCollectionHold(models.Model):
    """One open item that no reminder names, with the reason and the last day.

    A whole customer is put on hold on the customer itself, see ``ar_hold_dunning``.
    """

    _name = "ar.collection.hold"
    _description = "Invoice on hold from dunning"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Open item",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    reason = fields.Char(required=True, readonly=True)
    until = fields.Date(
        "Last day", readonly=True, help="Last day of the hold. Empty: until it is released."
    )
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, default=lambda self: self.env.uid
    )
    released_at = fields.Datetime("Released", readonly=True)
    is_active = fields.Boolean(readonly=True, default=True, help="It was not released.")

    _one_active = models.UniqueIndex(
        "(move_line_id) WHERE is_active", "An open item is on hold once at a time."
    )

    # === COMPUTE METHODS ===#

    @api.depends("move_id", "reason")
    def _compute_display_name(self):
        for hold in self:
            hold.display_name = f"{hold.move_id.name or ''}: {hold.reason or ''}"

    # === ACTION METHODS ===#

    def action_release(self):
        """Let reminders name the items again."""
        self._check_collector()
        holds = self.sudo().filtered("is_active")
        holds.write({"is_active": False, "released_at": fields.Datetime.now()})
        holds._note("released", self.env._("Released from the hold on dunning"))

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_hold(self, items, reason, until=None):
        """Keep open items out of reminders.

        :param account.move.line items: open receivable items of customers.
        :param str reason: why, shown wherever the item is not reminded.
        :param datetime.date until: last day of the hold; None until it is released.
        :return: the holds; earlier ones for the same items are released.
        :raises UserError: for a last day that has passed, or items that are not open.
        :raises AccessError: unless a collector does it.
        """
        self._check_collector()
        items = items.sudo()
        self._check_items(items, until)
        earlier = self.sudo().search([("move_line_id", "in", items.ids), ("is_active", "=", True)])
        earlier.action_release()
        earlier.flush_recordset()
        holds = self.sudo().create(
            [
                {
                    "company_id": item.company_id.id,
                    "partner_id": item.partner_id.commercial_partner_id.id,
                    "move_line_id": item.id,
                    "reason": reason,
                    "until": until or False,
                    "user_id": self.env.uid,
                }
                for item in items
            ]
        )
        holds._note("held", self.env._("On hold from dunning"))
        return holds.with_env(self.env)

    @api.model
    @api.private
    def ar_get_paused(self, items, date):
        """Which items are on hold on a day.

        :param account.move.line items: receivable items.
        :return: ``{item id: (last day or None, sentence)}``.
        """
        holds = self.sudo().search([("move_line_id", "in", items.ids), ("is_active", "=", True)])
        return {
            hold.move_line_id.id: (hold.until or None, hold._describe())
            for hold in holds
            if not hold.until or date <= hold.until
        }

    # === PRIVATE METHODS ===#

    def _check_collector(self):
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(self.env._("Only collectors put invoices on hold or release them."))
        self.check_access("read")

    @api.model
    def _check_items(self, items, until):
        if until and until < fields.Date.context_today(self):
            raise UserError(
                self.env._("The hold would end in the past. Choose a later day, or leave it empty.")
            )
        if not self.env.su and items.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in the company of these invoices."))
        wrong = items.filtered(
            lambda item: (
                item.account_type != "asset_receivable"
                or item.parent_state != "posted"
                or item.reconciled
            )
        )
        if wrong or not items:
            raise UserError(
                self.env._(
                    "Only open invoices can be put on hold. Not open: %s.",
                    ", ".join(wrong.mapped("display_name")) or self.env._("nothing was chosen"),
                )
            )

    def _describe(self):
        self.ensure_one()
        if self.until:
            return self.env._(
                "%(invoice)s is on hold until %(day)s: %(reason)s",
                invoice=self.move_id.name,
                day=format_date(self.env, self.until),
                reason=self.reason,
            )
        return self.env._(
            "%(invoice)s is on hold: %(reason)s", invoice=self.move_id.name, reason=self.reason
        )

    def _note(self, what, words):
        by_partner = self.grouped("partner_id")
        self.partner_id._message_log_batch(
            bodies={
                partner.id: f"{words}: {', '.join(holds.mapped('display_name'))}"
                for partner, holds in by_partner.items()
            }
        )
        for company, holds in self.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company,
                [
                    {
                        "code": f"dunning.item_{what}",
                        "summary": f"{words}: {hold.display_name}",
                        "record": hold,
                    }
                    for hold in holds
                ],
            )
