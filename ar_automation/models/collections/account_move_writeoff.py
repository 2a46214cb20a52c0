from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_writeoff_id = fields.Many2one(
        "ar.writeoff.request",
        "Recovery of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The write-off that this entry brings money back of.",
    )

    # === ACTION METHODS ===#

    def action_ar_write_off(self):
        """Ask why these invoices are given up."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write off"),
            "res_model": "ar.writeoff.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }

    def action_ar_hand_over(self):
        """Ask who is to collect these invoices."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over"),
            "res_model": "ar.handover.prepare",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }
