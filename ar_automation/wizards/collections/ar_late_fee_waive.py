from odoo import api, fields, models


class ArLateFeeWaive(models.TransientModel):
    """Give up late interest and fees, with a reason."""

    _name = "ar.late.fee.waive"
    _description = "Waive late interest and fees"

    claim_ids = fields.Many2many("ar.late.fee", string="Claims", required=True)
    reason = fields.Char(
        required=True, help="Kept with the claims and in the audit trail, with your name."
    )
    debit_note_names = fields.Char(
        "Posted debit notes",
        compute="_compute_debit_note_names",
        help="These are credited as a whole.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("claim_ids")
    def _compute_debit_note_names(self):
        for wizard in self:
            posted = wizard.claim_ids.charge_move_id.filtered(lambda move: move.state == "posted")
            wizard.debit_note_names = ", ".join(posted.mapped("name"))

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Waive the claims."""
        self.ensure_one()
        self.claim_ids.ar_waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
