from odoo import models
from odoo.fields import Command

# Only what is still owed: a small part of a ledger of many years.
_OPEN = (
    " WHERE reconciled IS NOT TRUE AND parent_state = 'posted' AND statement_line_id IS NULL"
    " AND amount_residual_currency <> 0"
)


class AccountMoveLine(models.Model):
    """Open items found by amount and by customer, however many settled ones there are."""

    _inherit = "account.move.line"

    _ar_open_amount_idx = models.Index(f"(amount_residual_currency){_OPEN}")
    _ar_open_partner_idx = models.Index(f"(partner_id){_OPEN}")

    # === ACTION METHODS ===#

    def action_ar_request_refund(self):
        """Ask for the chosen credits to be paid back."""
        reserved = self.env["ar.credit.refund"].ar_find_reserved(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay credit back"),
            "res_model": "ar.credit.refund.request",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_credit_ids": [Command.set((self - reserved or self).ids)]},
        }
