from odoo import api, fields, models


class ArCreditReviewRejection(models.TransientModel):
    """Asks why proposed limits are rejected."""

    _name = "ar.credit.review.rejection"
    _description = "Reject proposed limits"

    review_ids = fields.Many2many(
        "ar.credit.review", string="Reviews", required=True, readonly=True
    )
    reason = fields.Char(required=True, help="Kept with the reviews and in the audit trail.")

    @api.model
    def _ask(self, reviews):
        return self.create({"review_ids": reviews.ids, "reason": " "})._get_records_action(
            name=self.env._("Reject the proposal"), target="new"
        )

    # === ACTION METHODS ===#

    def action_reject(self):
        """Reject the proposals with the reason given."""
        self.ensure_one()
        self.review_ids.ar_decide("rejected", self.reason)
        return {"type": "ir.actions.act_window_close"}
