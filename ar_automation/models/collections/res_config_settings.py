from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_dunning_auto = fields.Boolean(related="company_id.ar_dunning_auto", readonly=False)
    ar_dunning_policy_id = fields.Many2one(
        related="company_id.ar_dunning_policy_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    ar_dunning_bank_data_age = fields.Integer(
        related="company_id.ar_dunning_policy_id.max_bank_data_age", readonly=False
    )
