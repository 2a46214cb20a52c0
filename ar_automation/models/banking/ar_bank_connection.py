import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...banking.connectors import registry
from .connection_context import open_connector
from .connection_sync import ConnectionSync
from .connection_test import ConnectionTest

STATES = [
    ("draft", "Not connected"),
    ("connected", "Connected"),
    ("consent_expiring", "Consent ends soon"),
    ("consent_expired", "Consent has ended"),
    ("broken", "Needs attention"),
]
# States in which the schedule calls the bank. A broken connection is tried again, less often.
LIVE_STATES = ("connected", "consent_expiring", "broken")
RETURN_PATH = "/ar_automation/bank/return"
WEBHOOK_PATH = "/ar_automation/bank/webhook/"


class ArBankConnection(models.Model):
    """One access to one bank or aggregator: who we are there, and until when we may read.

    The accounts read through it are its *feeds*. What the provider has to be told is kept in
    *settings*, of which the secret ones are for administrators alone.
    """

    _name = "ar.bank.connection"
    _description = "Bank connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="What you call it, e.g. the bank's name.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    provider = fields.Selection(
        selection="_selection_provider",
        required=True,
        help="How the bank is reached: an aggregator, the bank's own service, or a file server.",
    )
    is_test = fields.Boolean(
        "Test access",
        tracking=True,
        help="For a provider's test bank or a simulator: allows plain HTTP to this very machine, "
        "nothing else.",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, index=True, copy=False
    )
    responsible_id = fields.Many2one(
        "res.users",
        tracking=True,
        default=lambda self: self.env.user,
        help="Gets an activity 14, 7 and 2 days before the bank's consent ends.",
    )
    setting_ids = fields.One2many(
        "ar.bank.connection.setting",
        "connection_id",
        "Settings",
        groups="ar_automation.ar_automation_group_supervisor,"
        "ar_automation.ar_automation_group_auditor",
    )
    feed_ids = fields.One2many("ar.bank.feed", "connection_id", "Accounts")
    sync_ids = fields.One2many("ar.bank.sync", "connection_id", "Fetches", readonly=True)
    consent_valid_until = fields.Datetime(
        "Consent until",
        readonly=True,
        copy=False,
        help="Until then the account owner lets us read. Renew it before.",
    )
    consent_days_left = fields.Integer(
        "Consent, days left",
        compute="_compute_consent_days_left",
        help="Days until the consent ends.",
    )
    consent_warned_days = fields.Integer(readonly=True, copy=False)
    error_code = fields.Char(readonly=True, copy=False, help="Stable code of the last failure.")
    error_message = fields.Char("What happened", readonly=True, copy=False)
    error_hint = fields.Char("What to do", readonly=True, copy=False)
    error_at = fields.Datetime("Failed", readonly=True, copy=False)
    next_sync_at = fields.Datetime(
        "Next fetch",
        readonly=True,
        copy=False,
        help="The schedule leaves the connection alone until then.",
    )
    last_success_at = fields.Datetime("Last success", compute="_compute_last_success_at")
    feed_count = fields.Integer("Number of accounts", compute="_compute_last_success_at")
    has_authorisation = fields.Boolean(
        compute="_compute_provider_facts",
        help="The account owner must allow reading in the bank's own web page.",
    )
    has_certification = fields.Boolean(
        compute="_compute_provider_facts", help="The bank makes and renews our certificate."
    )
    provider_summary = fields.Char("What it does", compute="_compute_provider_facts")
    return_url = fields.Char(
        "Return address",
        compute="_compute_addresses",
        help="The bank's page sends the user back to this address. Register it at the provider.",
    )
    payload_days = fields.Integer(
        "Keep raw data (days)",
        default=30,
        help="For so long the bank's own text of each transaction is kept for administrators.",
    )
    webhook_token = fields.Char(
        groups="base.group_system",
        copy=False,
        exportable=False,
        default=lambda self: secrets.token_urlsafe(32),
        help="Part of the address to which the provider reports news.",
    )
    webhook_url = fields.Char(
        "Address for news",
        compute="_compute_addresses",
        groups="base.group_system",
        exportable=False,
        help="Give it to the provider, together with the secret; a message to it has the "
        "connection fetched at once.",
    )
    webhook_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        exportable=False,
        default=lambda self: secrets.token_urlsafe(32),
        help="The provider signs its messages with it; without it none is accepted.",
    )
    authorisation_token = fields.Char(groups="base.group_system", copy=False, exportable=False)
    authorisation_user_id = fields.Many2one(
        "res.users", groups="base.group_system", copy=False, ondelete="set null"
    )
    authorisation_expires_at = fields.Datetime(groups="base.group_system", copy=False)

    _due_idx = models.Index("(company_id, next_sync_at) WHERE active")
    _webhook_token_unique = models.UniqueIndex(
        "(webhook_token) WHERE webhook_token IS NOT NULL", "Each connection has its own address."
    )

    # === COMPUTE METHODS ===#

    @api.depends("consent_valid_until")
    def _compute_consent_days_left(self):
        now = fields.Datetime.now()
        for connection in self:
            until = connection.consent_valid_until
            connection.consent_days_left = (until - now).days if until else 0

    @api.depends("feed_ids.last_success_at")
    def _compute_last_success_at(self):
        groups = self.env["ar.bank.feed"]._read_group(
            [("connection_id", "in", self.ids)],
            ["connection_id"],
            ["last_success_at:min", "__count"],
        )
        rows = {connection.id: (moment, count) for connection, moment, count in groups}
        for connection in self:
            moment, count = rows.get(connection.id, (False, 0))
            connection.last_success_at, connection.feed_count = moment, count

    @api.depends("provider")
    def _compute_provider_facts(self):
        providers = {provider.code: provider for provider in registry.list_providers()}
        for connection in self:
            provider = providers.get(connection.provider)
            connection.provider_summary = provider.summary if provider else False
            connection.has_authorisation = bool(provider and provider.has_authorisation)
            connection.has_certification = bool(provider and provider.certify)

    def _compute_addresses(self):
        for connection in self:
            base = connection.get_base_url()
            connection.return_url = base + RETURN_PATH
            token = connection.sudo().webhook_token
            connection.webhook_url = f"{base}{WEBHOOK_PATH}{token}" if token else False

    # === SELECTION METHODS ===#

    @api.model
    def _selection_provider(self):
        return [(provider.code, provider.name) for provider in registry.list_providers()]

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: with a row per setting of the provider."""
        connections = super().create(vals_list)
        connections._create_missing_settings()
        return connections

    def write(self, vals):
        """EXTENDS base: another provider has other settings."""
        result = super().write(vals)
        if "provider" in vals:
            self._create_missing_settings()
        return result

    # === ACTION METHODS ===#

    def action_sync(self):
        """Fetch what is new now, and say what came of it."""
        self.ensure_one()
        return self.ar_sync()._notify()

    def action_test(self):
        """Say whether the bank lets us in."""
        self.ensure_one()
        result = self.ar_test()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if result.ok else "danger",
                "title": self.name,
                "message": result.message,
                "sticky": not result.ok,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_replay(self):
        """Ask for a day, and show what fetching again from there on would change."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_bank_replay_action"
        )
        return action | {"context": {"default_connection_id": self.id}}

    def action_connect(self):
        """Choose accounts of the connection and the journals that they go into."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_bank_connect_action"
        )
        return action | {"context": {"default_connection_id": self.id}}

    def action_certify(self):
        """Have the bank make or renew our certificate."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_bank_certificate_action"
        )
        occasion = "first" if self.state == "draft" else "renewal"
        defaults = {"default_connection_id": self.id, "default_occasion": occasion}
        return action | {"context": defaults}

    def action_view_syncs(self):
        """Open the connection's fetches."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fetches"),
            "res_model": "ar.bank.sync",
            "view_mode": "list,form",
            "domain": [("connection_id", "=", self.id)],
        }

    # === BUSINESS METHODS ===#

    @api.private
    def ar_sync(self, from_date=None, *, dry_run=False, trigger="manual"):
        """Fetch every account of the connection: what is new, changed or withdrawn.

        :param datetime.date from_date: look again from this day on; where it was left if None.
        :param bool dry_run: count what would happen and change nothing.
        :param str trigger: ``manual``, ``cron`` or ``webhook``, for the record.
        :return: the ``ar.bank.sync`` record; its ``counts`` hold ``new``, ``known``, ``updated``
            and ``removed``. A failure of the bank is told there, not raised.
        :raises UserError: if the connection is being synced already, or has no account.
        :raises AccessError: for who may not create bank transactions.
        """
        self.ensure_one()
        self._check_may_sync()
        sync = ConnectionSync(self.sudo(), from_date, dry_run=dry_run, trigger=trigger)
        return sync.run(self.env)

    @api.private
    def ar_test(self):
        """Try the credentials without fetching a transaction.

        :return: an object with ``ok``, ``message`` (one sentence, translated) and ``accounts``
            (the accounts that may be read).
        """
        self.ensure_one()
        self._check_may_sync()
        return ConnectionTest(self.sudo()).run()

    def _open_connector(self):
        """Return ``(provider, connector)``, ready to be asked.

        :raises ConnectorError: ``config``, in a neutralised database or without provider.
        """
        self.ensure_one()
        return open_connector(self.sudo())

    # === PRIVATE METHODS ===#

    def _check_may_sync(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise AccessError(
                self.env._(
                    "Only accountants fetch bank transactions. Ask one, or wait for the "
                    "connection's next turn."
                )
            )

    def _create_missing_settings(self):
        """Give each connection a row per value that its provider has to be told."""
        vals_list = []
        for connection in self:
            known = set(connection.sudo().setting_ids.mapped("name"))
            provider = registry.get_provider(connection.provider)
            vals_list += [
                self.env["ar.bank.connection.setting"]._prepare_vals(connection, setting, sequence)
                for sequence, setting in enumerate(provider.settings)
                if setting.name not in known
            ]
        # sudo: whoever may create a connection may not yet read its secrets
        self.env["ar.bank.connection.setting"].sudo().create(vals_list)

    def _update_state(self, target):
        """The only way in which a connection changes its state."""
        if target not in dict(STATES):
            raise UserError(self.env._("%s is no state of a connection.", target))
        self.filtered(lambda connection: connection.state != target).state = target
