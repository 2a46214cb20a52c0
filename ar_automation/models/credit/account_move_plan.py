from odoo import models


class AccountMove(models.Model):
    """Interest of a payment plan asks for no new credit: its debt was there before."""

    _inherit = "account.move"

    def _ar_is_on_credit(self):
        """EXTENDS credit."""
        if not super()._ar_is_on_credit():
            return False
        plans = self.env["ar.payment.plan"].sudo()
        return not plans.search_count([("interest_move_id", "=", self.id)], limit=1)
