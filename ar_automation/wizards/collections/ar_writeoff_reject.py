from odoo import fields, models


class ArWriteoffReject(models.TransientModel):
    """Reject write-offs, with a reason."""

    _name = "ar.writeoff.reject"
    _description = "Reject write-offs"

    request_ids = fields.Many2many("ar.writeoff.request", string="Requests", required=True)
    reason = fields.Char(
        required=True, help="Kept with the requests, and told to the person who asked."
    )

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Reject the requests."""
        self.ensure_one()
        self.request_ids.ar_reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
