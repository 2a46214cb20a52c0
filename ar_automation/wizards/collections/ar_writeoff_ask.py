from odoo import api, fields, models


class ArWriteoffAsk(models.TransientModel):
    """Ask for invoices of a customer to be written off."""

    _name = "ar.writeoff.ask"
    _description = "Ask for a write-off"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    reason_id = fields.Many2one(
        "ar.writeoff.reason", required=True, help="Why the money is given up."
    )
    note = fields.Char("Explanation", help="What whoever approves should know.")
    is_tax_relief = fields.Boolean(
        "Reclaim the tax",
        compute="_compute_is_tax_relief",
        store=True,
        readonly=False,
        help="Take the tax of the invoices back, where the law allows it for this reason.",
    )
    date = fields.Date(
        "Book on",
        required=True,
        default=fields.Date.context_today,
        help="Date of the entry. It must lie in an open period.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("reason_id")
    def _compute_is_tax_relief(self):
        for wizard in self:
            wizard.is_tax_relief = wizard.reason_id.is_tax_relief

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Make one request per customer."""
        self.ensure_one()
        items = self.move_ids.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        requests = self.env["ar.writeoff.request"]
        # without any item the request says what is wrong
        for group in items.grouped("partner_id").values() or [items]:
            requests |= requests.ar_request(
                group,
                self.reason_id,
                note=self.note,
                date=self.date,
                is_tax_relief=self.is_tax_relief,
            )
        return requests._get_records_action(name=self.env._("Write-off requests"))
