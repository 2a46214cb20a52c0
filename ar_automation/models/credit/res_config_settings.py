from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_credit_recheck = fields.Boolean(related="company_id.ar_credit_recheck", readonly=False)

    # === ACTION METHODS ===#

    def action_ar_open_credit_policy(self):
        """Open the credit policy of the company that the settings are about."""
        return self.env["ar.credit.policy"].with_company(self.company_id).action_open_policy()
