from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === ACTION METHODS ===#

    def action_ar_hold_items(self):
        """Ask for the reason and the end of a hold of these invoices."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold from dunning"),
            "res_model": "ar.collection.hold.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }
