from odoo import fields, models


class AccountMove(models.Model):
    """Interest of a payment plan asks for no new credit: its debt was there before."""

    _inherit = "account.move"

    # read for a whole batch of invoices at once
    ar_interest_plan_ids = fields.One2many(
        "ar.payment.plan",
        "interest_move_id",
        "Payment plans",
        help="Payment plans of which this invoice is the interest.",
    )

    def _ar_is_on_credit(self):
        """EXTENDS credit."""
        # sudo: who posts an invoice may know that it belongs to a plan
        return super()._ar_is_on_credit() and not self.sudo().ar_interest_plan_ids
