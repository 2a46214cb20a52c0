from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_invoice_automatically = fields.Boolean(
        related="company_id.ar_invoice_automatically", readonly=False
    )
    ar_bill_plans_automatically = fields.Boolean(
        related="company_id.ar_bill_plans_automatically", readonly=False
    )
    ar_send_automatically = fields.Boolean(
        related="company_id.ar_send_automatically", readonly=False
    )
    ar_bounce_fallback = fields.Selection(
        related="company_id.ar_bounce_fallback", readonly=False, required=True
    )
    ar_letter_provider = fields.Selection(
        related="company_id.ar_letter_provider", readonly=False, required=True
    )
    ar_print_automatically = fields.Boolean(
        related="company_id.ar_print_automatically", readonly=False
    )
    ar_combine_mails = fields.Boolean(related="company_id.ar_combine_mails", readonly=False)
