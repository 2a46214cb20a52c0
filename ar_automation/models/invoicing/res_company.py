from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    # Off at first: installing the app must not bill or mail anybody.
    ar_invoice_automatically = fields.Boolean(
        "Invoice confirmed orders automatically",
        help="Every day, confirmed orders with something to invoice are invoiced and posted. "
        "Invoices that fail a check stay drafts under Invoices to review.",
    )
    ar_send_automatically = fields.Boolean(
        "Send invoices automatically",
        help="Every hour, invoices that are queued for sending leave by e-mail with their PDF. "
        "What could not be sent appears under Invoices to send, with the reason.",
    )
    ar_bill_plans_automatically = fields.Boolean(
        "Bill recurring plans automatically",
        help="Every day, the due periods of active plans are invoiced, each exactly once. "
        "Plans that cannot be billed wait in the exceptions inbox with the reason.",
    )
