from odoo import models


class AccountMove(models.Model):
    """What follows for orders on hold when an invoice is paid."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        # EXTENDS 'account': a payment may have cleared the reason why orders are held
        result = super()._invoice_paid_hook()
        self.env["sale.order"]._ar_look_again(self.commercial_partner_id)
        return result

    def _ar_withdraw_prepayment(self):
        """Take back unpaid down payment invoices that nobody waits for any more."""
        posted = self.filtered(
            lambda move: move.state == "posted" and move.payment_state == "not_paid"
        )
        posted.button_draft()
        (posted | self.filtered(lambda move: move.state == "draft")).button_cancel()
