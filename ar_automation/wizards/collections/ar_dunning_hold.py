from odoo import fields, models
from odoo.exceptions import UserError


class ArDunningHold(models.TransientModel):
    """Put customers on hold from dunning, with a reason."""

    _name = "ar.dunning.hold"
    _description = "Put on hold from dunning"

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    reason = fields.Char(
        required=True, help="Shown on the customer, for whoever wonders why no reminder left."
    )
    until = fields.Date(help="Last day without reminders. Empty: until it is released.")

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Put the customers on hold in the company."""
        self.ensure_one()
        if self.until and self.until < fields.Date.context_today(self):
            raise UserError(
                self.env._("The hold would end in the past. Choose a later day, or leave it empty.")
            )
        self.partner_ids.ar_hold_dunning(self.company_id, self.reason, self.until or None)
        return {"type": "ir.actions.act_window_close"}
