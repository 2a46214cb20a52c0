from odoo import models
from odoo.fields import Command


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

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
