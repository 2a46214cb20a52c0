from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_auto_cash_application = fields.Boolean(
        related="company_id.ar_auto_cash_application", readonly=False
    )

    def action_ar_open_cash_policy(self):
        """Open the company's cash application policy."""
        return self.env["ar.cash.policy"].action_open_policy()
