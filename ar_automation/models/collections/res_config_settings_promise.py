from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_promise_grace_days = fields.Integer(
        related="company_id.ar_promise_grace_days", readonly=False
    )
    ar_promise_broken = fields.Selection(related="company_id.ar_promise_broken", readonly=False)
    ar_promise_portal = fields.Boolean(related="company_id.ar_promise_portal", readonly=False)
    ar_promise_portal_days = fields.Integer(
        related="company_id.ar_promise_portal_days", readonly=False
    )
