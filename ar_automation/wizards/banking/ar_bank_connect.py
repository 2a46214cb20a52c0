from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...banking.account_names import is_same_account
from ...banking.connectors import registry


class ArBankConnect(models.TransientModel):
    """Leads from a provider to running feeds: settings, consent, accounts, first dry run."""

    _name = "ar.bank.connect"
    _description = "Connect a bank"

    state = fields.Selection(
        [
            ("provider", "Provider"),
            ("settings", "Settings"),
            ("accounts", "Accounts"),
            ("result", "First fetch"),
        ],
        default="provider",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(help="What you call the connection, e.g. the bank's name.")
    provider = fields.Selection(
        selection=lambda self: self.env["ar.bank.connection"]._selection_provider(),
        help="How the bank is reached.",
    )
    is_test = fields.Boolean("Test access", help="For a provider's test bank or a simulator.")
    connection_id = fields.Many2one("ar.bank.connection", ondelete="cascade")
    setting_ids = fields.One2many(
        related="connection_id.setting_ids", readonly=False, string="Settings"
    )
    provider_summary = fields.Char(compute="_compute_provider_summary")
    has_authorisation = fields.Boolean(related="connection_id.has_authorisation")
    has_certification = fields.Boolean(related="connection_id.has_certification")
    return_url = fields.Char(related="connection_id.return_url")
    is_failure = fields.Boolean(help="The message says what went wrong.")
    message = fields.Text(readonly=True)
    line_ids = fields.One2many("ar.bank.connect.line", "wizard_id", "Accounts")
    sync_id = fields.Many2one("ar.bank.sync", readonly=True)

    # === CRUD METHODS ===#

    @api.model
    def default_get(self, fields_list):
        """EXTENDS base: for an existing connection it begins with its settings."""
        values = super().default_get(fields_list)
        connection = self.env["ar.bank.connection"].browse(values.get("connection_id"))
        if connection:
            values |= {
                "state": "settings",
                "provider": connection.provider,
                "company_id": connection.company_id.id,
            }
        return values

    # === COMPUTE METHODS ===#

    @api.depends("provider")
    def _compute_provider_summary(self):
        summaries = {item.code: item.summary for item in registry.list_providers()}
        for wizard in self:
            wizard.provider_summary = summaries.get(wizard.provider)

    @api.onchange("provider")
    def _onchange_provider(self):
        names = {item.code: item.name for item in registry.list_providers()}
        if self.provider and (not self.name or self.name in names.values()):
            self.name = names[self.provider]

    # === ACTION METHODS ===#

    def action_choose_provider(self):
        """Create the connection, and go on to what its provider has to be told."""
        self.ensure_one()
        if not (self.provider and self.name):
            raise UserError(self.env._("Choose a provider and give the connection a name."))
        self.connection_id = self.env["ar.bank.connection"].create(
            {
                "name": self.name,
                "provider": self.provider,
                "company_id": self.company_id.id,
                "is_test": self.is_test,
            }
        )
        return self._show("settings")

    def action_authorise(self):
        """Send the account owner to the bank's page."""
        self.ensure_one()
        return self.connection_id.action_authorise()

    def action_certify(self):
        """Have the bank make our certificate; the wizard can be opened again from there."""
        self.ensure_one()
        return self.connection_id.action_certify()

    def action_back(self):
        """Go back to the settings."""
        self.ensure_one()
        self.message = False
        return self._show("settings")

    def action_list_accounts(self):
        """Try the connection, and offer the accounts that may be read."""
        self.ensure_one()
        result = self.connection_id.ar_test()
        self.message, self.is_failure = result.message, not result.ok
        if not result.ok:
            return self._show("settings")
        fed = self.connection_id.feed_ids
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(self._prepare_line_vals(account))
                for account in result.accounts
                if account.identifier not in fed.mapped("account_identifier")
            ),
        ]
        return self._show("accounts")

    def action_create_feeds(self):
        """Connect the chosen accounts and show what the first fetch would bring."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one account."))
        chosen._create_feeds()
        self.sync_id = self.connection_id.ar_sync(dry_run=True)
        self.is_failure = self.sync_id.state == "failed"
        self.message = " ".join(filter(None, (self.sync_id.sentence, self.sync_id.error_hint)))
        return self._show("result")

    def action_fetch(self):
        """Fetch for the first time, and show the feeds with what came of it."""
        self.ensure_one()
        notification = self.connection_id.ar_sync()._notify()
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_bank_feed_action")
        action["domain"] = [("connection_id", "=", self.connection_id.id)]
        notification["params"]["next"] = action
        return notification

    # === PRIVATE METHODS ===#

    def _show(self, state):
        self.state = state
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect %s", self.connection_id.name or self.env._("a bank")),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _prepare_line_vals(self, account):
        journal = self._find_journal(account)
        return {
            "account_identifier": account.identifier,
            "number": account.number,
            "currency_code": account.currency,
            "account_name": account.name,
            "journal_id": journal.id,
            # a journal is fed by one account only
            "is_chosen": bool(journal) and not journal.ar_feed_ids,
            "from_date": self._propose_from_date(journal),
        }

    def _find_journal(self, account):
        """The journal whose bank account this is, in the account's currency."""
        journals = self.env["account.journal"].search(
            [
                ("type", "in", ("bank", "credit")),
                ("company_id", "=", self.company_id.id),
                ("bank_account_id", "!=", False),
            ]
        )
        for journal in journals:
            currency = journal.currency_id or journal.company_id.currency_id
            if is_same_account(account.number, journal.bank_acc_number) and (
                account.currency in ("", currency.name)
            ):
                return journal
        return journals.browse()

    def _propose_from_date(self, journal):
        """The day after the newest line; without lines 30 days ago; never on a locked day."""
        newest = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", journal.id)], order="date desc", limit=1
        )
        today = fields.Date.context_today(self)
        day = newest.date + timedelta(days=1) if newest else today - timedelta(days=30)
        violated = self.company_id._get_violated_lock_dates(day, False, journal)
        if violated:
            day = max(lock_date for lock_date, _field in violated) + timedelta(days=1)
        return day
