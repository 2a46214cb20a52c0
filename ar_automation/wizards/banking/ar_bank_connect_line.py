from odoo import fields, models
from odoo.exceptions import UserError


class ArBankConnectLine(models.TransientModel):
    """One account that a provider offers, and where it shall go."""

    _name = "ar.bank.connect.line"
    _description = "Account to connect"

    wizard_id = fields.Many2one("ar.bank.connect", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    is_chosen = fields.Boolean("Connect")
    account_identifier = fields.Char(readonly=True)
    number = fields.Char("Account number", readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    account_name = fields.Char("Name", readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'credit')), ('company_id', '=', company_id)]",
        help="Leave it empty to create a journal for the account.",
    )
    fed_by_id = fields.Many2one(
        "ar.bank.connection",
        "Fed by",
        related="journal_id.ar_feed_ids.connection_id",
        help="The connection that feeds the journal already. Archive its feed to use this one.",
    )
    from_date = fields.Date(
        "Fetch from",
        help="Transactions before this day are taken to be in the books. Proposed is the day after "
        "the journal's newest transaction.",
    )

    def _create_feeds(self):
        for line in self:
            journal = line.journal_id or line._create_journal()
            self.env["ar.bank.feed"].create(
                {
                    "connection_id": line.wizard_id.connection_id.id,
                    "journal_id": journal.id,
                    "account_identifier": line.account_identifier,
                    "number": line.number,
                    "currency_code": line.currency_code,
                    "account_name": line.account_name,
                    "from_date": line.from_date or fields.Date.context_today(line),
                }
            )

    def _create_journal(self):
        company = self.company_id
        currency = self.env["res.currency"]
        if self.currency_code:
            currency = currency.search([("name", "=", self.currency_code)], limit=1)
            if not currency:
                raise UserError(
                    self.env._(
                        "The account %(number)s is kept in %(currency)s, which is not active. "
                        "Activate the currency first.",
                        number=self.number or self.account_identifier,
                        currency=self.currency_code,
                    )
                )
        return self.env["account.journal"].create(
            {
                "name": self.account_name or self.number or self.account_identifier,
                "type": "bank",
                "company_id": company.id,
                "currency_id": currency.id if currency != company.currency_id else False,
                "bank_acc_number": self.number or False,
            }
        )
