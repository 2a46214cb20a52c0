from odoo import api, fields, models

from .ar_account_statement_policy import CHANNELS, FREQUENCIES
from .res_partner import READERS
from .statement_figures import KINDS


class ResPartner(models.Model):
    """What a customer's statements of account are to be like, where it differs."""

    _inherit = "res.partner"

    ar_statement_frequency = fields.Selection(
        FREQUENCIES,
        "Statements of account",
        company_dependent=True,
        groups=READERS,
        help="How often this customer gets a statement of account. Empty: as the company's "
        "policy says.",
    )
    ar_statement_day = fields.Integer(
        "Written on day",
        company_dependent=True,
        groups=READERS,
        help="Day after the end of the month or quarter, 1 to 28. 0: as the company's policy says.",
    )
    ar_statement_kind = fields.Selection(
        KINDS,
        "Content of statements",
        company_dependent=True,
        groups=READERS,
        help="What this customer's statements tell. Empty: as the company's policy says.",
    )
    ar_statement_channel = fields.Selection(
        CHANNELS,
        "Statements by",
        company_dependent=True,
        groups=READERS,
        help="How this customer gets statements. Empty: as the company's policy says.",
    )

    # === ACTION METHODS ===#

    def action_ar_statement(self):
        """Ask what a statement of these customers is to tell, and what to do with it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of account"),
            "res_model": "ar.account.statement.create",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids},
        }

    # === BUSINESS METHODS ===#

    def ar_get_statement_contact(self):
        """Who gets the customer's statements: the invoice address if it has an e-mail address,
        else the customer itself."""
        self.ensure_one()
        customer = self.commercial_partner_id
        invoice_address = customer.browse(customer.address_get(["invoice"])["invoice"])
        return (invoice_address | customer).filtered("email_normalized")[:1] or customer

    # === PRIVATE METHODS ===#

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + [
            "ar_statement_frequency",
            "ar_statement_day",
            "ar_statement_kind",
            "ar_statement_channel",
        ]
