from odoo import fields, models


class ArInvoiceFindingAccept(models.TransientModel):
    """Asks why findings are accepted."""

    _name = "ar.invoice.finding.accept"
    _description = "Accept findings"

    finding_ids = fields.Many2many("ar.invoice.finding", string="Findings", readonly=True)
    reason = fields.Char(
        required=True, help="Kept with the findings, on the invoices and in the audit trail."
    )

    # === ACTION METHODS ===#

    def action_accept(self):
        """Accept the findings; the invoices wait for Continue."""
        self.ensure_one()
        self.finding_ids.ar_accept(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_accept_and_continue(self):
        """Accept the findings and let their invoices go on."""
        self.ensure_one()
        self.finding_ids.ar_accept(self.reason)
        return self.finding_ids.move_id.action_ar_continue()
