from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_auto_cash_application = fields.Boolean(
        related="company_id.ar_auto_cash_application", readonly=False
    )
