from odoo import api, fields, models


class AccountPayment(models.Model):
    """A payment that refunds a credit settles it when posted, and frees it when taken back."""

    _inherit = "account.payment"

    ar_refund_ids = fields.One2many("ar.credit.refund", "payment_id", "Refund of credit")

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS account: the state of a refund follows its payment's."""
        result = super().write(vals)
        if "state" in vals:
            # sudo: whoever may post a payment need not be allowed to decide on refunds
            self.sudo()._ar_follow_state()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_refund_stays_approved(self):
        self.sudo().ar_refund_ids._lose_payment()

    # === PRIVATE METHODS ===#

    def _ar_follow_state(self):
        for payment in self.filtered("ar_refund_ids"):
            refund = payment.ar_refund_ids
            if payment.state in ("in_process", "paid") and payment.move_id.state == "posted":
                refund.filtered(lambda one: one.state == "prepared")._settle()
            elif payment.state == "draft":
                refund.filtered(lambda one: one.state == "paid")._unsettle()
            elif payment.state in ("canceled", "rejected"):
                refund._lose_payment()
