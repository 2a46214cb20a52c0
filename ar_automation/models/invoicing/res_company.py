from odoo import api, fields, models


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
    ar_bounce_fallback = fields.Selection(
        [
            ("activity", "Remind the salesperson"),
            ("letter", "Send a letter instead"),
            ("none", "Only show it"),
        ],
        "When a mail comes back",
        default="activity",
        required=True,
        help="What happens when the customer's mail server sends an invoice back. A letter is "
        "only chosen where the postal address is complete; otherwise the salesperson is reminded.",
    )
    ar_letter_provider = fields.Selection(
        [("post_room", "Our post room"), ("snailmail", "Odoo's print service (credits)")],
        "Letters are printed by",
        default="post_room",
        required=True,
        help="Our post room prints a batch of letters in the order of postcodes. Odoo's print "
        "service prints and posts each letter, and takes credits for it.",
    )
    ar_print_automatically = fields.Boolean(
        "Make print batches automatically",
        help="Every day, letters that wait for our post room are put into a batch: one PDF in "
        "the order of postcodes. They count as sent once somebody says that it was printed.",
    )
    ar_combine_mails = fields.Boolean(
        "One e-mail per customer",
        help="Invoices of one customer that wait to be sent at the same time leave in one e-mail, "
        "at most 21 in each. Every invoice keeps a delivery of its own.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create companies, each with its invoicing policy."""
        companies = super().create(vals_list)
        self.env["ar.invoice.policy"]._create_missing(companies)
        return companies
