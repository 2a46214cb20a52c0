from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_datetime

from ...banking.account_names import is_same_account
from ...banking.connectors.registry import get_provider
from .feed_health import read_line_figures
from .statement_checks import currency_of


class ArBankFeed(models.Model):
    """One account at a provider, and the journal into which its transactions go.

    The feed remembers how far it came (``cursor``), proves itself against the balance that the
    bank states, and says which days it never asked for.
    """

    _name = "ar.bank.feed"
    _description = "Bank feed"
    _order = "journal_id, id"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "ar.bank.connection", required=True, index=True, check_company=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', 'in', ('bank', 'credit')), ('company_id', '=', company_id)]",
        help="The transactions of the account go here. Its bank account must be this account.",
    )
    account_identifier = fields.Char(
        "Provider's name of the account",
        required=True,
        copy=False,
        help="May change with a new consent; the account is then known by its number.",
    )
    number = fields.Char("Account number", help="IBAN or national number, as the bank gives it.")
    account_name = fields.Char("Name of the account")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    currency_code = fields.Char("Account currency", help="As the bank gives it.")
    from_date = fields.Date(
        "Fetch from",
        required=True,
        help="Transactions booked before this day are not fetched: they are in the books already.",
    )
    overlap_days = fields.Integer(
        "Overlap (days)",
        default=10,
        help="So many days are looked at again with every fetch, because banks book late and "
        "back-date. More days cost time, fewer may miss a late booking.",
    )
    daily_limit = fields.Integer(
        "Fetches a day at most",
        help="How often a day the bank lets the account be read without its owner being present. "
        "The schedule leaves the last of these to you. 0: no limit.",
    )
    cursor = fields.Char(
        readonly=True, copy=False, help="Where the provider told us to go on; empty: by dates."
    )
    covered_until = fields.Date(
        "Covered until", readonly=True, copy=False, help="Up to this day every fetch ended well."
    )
    last_success_at = fields.Datetime("Last success", readonly=True, copy=False)
    last_attempt_at = fields.Datetime("Last attempt", readonly=True, copy=False)
    calls_date = fields.Date(readonly=True, copy=False)
    calls_count = fields.Integer(
        "Fetches that day",
        readonly=True,
        copy=False,
        help="Banks allow only so many a day without the account owner being present.",
    )
    opening_balance = fields.Monetary(
        "Opening balance",
        help="What was on the account before the first day of its opening. From here on our lines "
        "must make the bank's balance.",
    )
    opening_date = fields.Date(
        "Opening date",
        help="The opening balance is the one at the beginning of this day.",
    )
    has_opening = fields.Boolean(
        "Opening known", readonly=True, help="The opening balance is known or was entered."
    )
    bank_balance = fields.Monetary("Bank's balance", readonly=True, copy=False)
    bank_balance_date = fields.Date("Bank's balance of", readonly=True, copy=False)
    line_balance = fields.Monetary(
        "Our balance", readonly=True, copy=False, help="Opening balance and our lines up to then."
    )
    balance_gap = fields.Monetary(
        "Discrepancy",
        readonly=True,
        copy=False,
        help="The bank's balance less ours; zero proves that nothing is missing or double.",
    )
    proof = fields.Selection(
        [
            ("proven", "Proven"),
            ("gap", "Does not add up"),
            ("unproven", "No balance to prove it by"),
        ],
        default="unproven",
        required=True,
        readonly=True,
        copy=False,
    )
    gap_from_date = fields.Date("Not covered from", readonly=True, copy=False)
    gap_to_date = fields.Date("Not covered to", readonly=True, copy=False)
    newest_line_date = fields.Date("Newest transaction", compute="_compute_line_figures")
    newest_line_age = fields.Integer("Age in days", compute="_compute_line_figures")
    lines_today = fields.Integer("New today", compute="_compute_line_figures")
    pending_ids = fields.One2many("ar.bank.pending", "feed_id", "Not booked", readonly=True)
    pending_count = fields.Integer("Announced", compute="_compute_line_figures")
    state = fields.Selection(related="connection_id.state", string="Connection's state")
    error_message = fields.Char("What happened", readonly=True, copy=False)
    error_hint = fields.Char("What to do", readonly=True, copy=False)
    trouble = fields.Char(
        compute="_compute_trouble",
        help="What went wrong with the account or its connection, and what to do.",
    )
    consent_valid_until = fields.Datetime(related="connection_id.consent_valid_until")
    consent_days_left = fields.Integer(related="connection_id.consent_days_left")

    _journal_unique = models.UniqueIndex(
        "(journal_id) WHERE active", "A journal is fed by one account only."
    )
    _account_unique = models.Constraint(
        "unique (connection_id, account_identifier)",
        "This account is connected already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("journal_id", "number")
    def _compute_display_name(self):
        for feed in self:
            feed.display_name = " ".join(
                filter(None, (feed.journal_id.display_name, feed.number and f"({feed.number})"))
            )

    @api.depends("journal_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for feed in self:
            feed.currency_id = currency_of(feed.journal_id) or feed.company_id.currency_id

    @api.depends(
        "error_message",
        "error_hint",
        "connection_id.error_message",
        "connection_id.error_hint",
    )
    def _compute_trouble(self):
        for feed in self:
            source = feed if feed.error_message else feed.connection_id
            words = (source.error_message, source.error_hint) if source.error_message else ()
            feed.trouble = " ".join(filter(None, words))

    def _compute_line_figures(self):
        figures = read_line_figures(self)
        today = fields.Date.context_today(self)
        for feed in self:
            newest, feed.lines_today, feed.pending_count = figures.get(feed.id, (False, 0, 0))
            feed.newest_line_date = newest
            feed.newest_line_age = (today - newest).days if newest else 0

    # === CONSTRAINT METHODS ===#

    @api.constrains("journal_id", "number", "currency_code")
    def _check_account(self):
        for feed in self:
            journal = feed.journal_id
            if journal.type not in ("bank", "credit"):
                raise ValidationError(
                    self.env._("%s is not a bank journal. Choose one.", journal.display_name)
                )
            feed._check_number()
            currency = currency_of(journal).name
            if feed.currency_code and feed.currency_code != currency:
                raise ValidationError(
                    self.env._(
                        "The account %(number)s is kept in %(account)s, the journal %(journal)s in "
                        "%(currency)s. Choose a journal in %(account)s.",
                        number=feed.number or feed.account_identifier,
                        account=feed.currency_code,
                        journal=journal.display_name,
                        currency=currency,
                    )
                )

    def _check_number(self):
        """The account must be the journal's: money must not be booked into another's books."""
        own = self.journal_id.bank_acc_number
        if self.number and own and not is_same_account(self.number, own):
            raise ValidationError(
                self.env._(
                    "The account %(number)s is not the account of the journal %(journal)s, which "
                    "is %(own)s. Choose the right journal, or correct its account number.",
                    number=self.number,
                    journal=self.journal_id.display_name,
                    own=own,
                )
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: a new feed begins with what is known of its provider."""
        connections = self.env["ar.bank.connection"].browse(
            [vals["connection_id"] for vals in vals_list]
        )
        facts = {each.id: _prepare_provider_vals(each.provider) for each in connections}
        return super().create([facts[vals["connection_id"]] | vals for vals in vals_list])

    def write(self, vals):
        """EXTENDS base: an account with a new name calls its transactions by new names, too."""
        renamed = self.filtered(
            lambda feed: (
                vals.get("account_identifier", feed.account_identifier) != feed.account_identifier
            )
        )
        result = super().write(vals)
        renamed._forget_provider_names()
        return result

    # === ACTION METHODS ===#

    def action_sync(self):
        """Fetch what is new now, and open the fetch."""
        return self.connection_id.action_sync()

    def action_test(self):
        """Say whether the bank lets us in."""
        return self.connection_id.action_test()

    def action_replay(self):
        """Ask for a day, and show what fetching again from there on would change."""
        self.ensure_one()
        return self.connection_id.action_replay()

    def action_view_lines(self):
        """Open the transactions that came through this feed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.bank.statement.line",
            "view_mode": "list,form",
            "domain": [("journal_id", "=", self.journal_id.id)],
        }

    def action_view_pending(self):
        """Open what the bank told and what is no line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not booked"),
            "res_model": "ar.bank.pending",
            "view_mode": "list",
            "domain": [("feed_id", "=", self.id)],
        }

    def action_view_payloads(self):
        """Open what the provider said, word by word."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Raw bank data"),
            "res_model": "ar.bank.payload",
            "view_mode": "list,form",
            "domain": [("feed_id", "=", self.id)],
        }

    # === PRIVATE METHODS ===#

    def _prepare_card(self):
        """What the journal's card on the dashboard shows, as texts and flags."""
        self.ensure_one()
        connection = self.connection_id
        is_ending = connection.state in ("consent_expiring", "consent_expired")
        return {
            "last_success": format_datetime(self.env, self.last_success_at, dt_format="short")
            if self.last_success_at
            else "",
            "lines_today": self.lines_today,
            "newest_line": self._describe_newest_line(),
            "proof": self.proof,
            "gap": self.currency_id.format(self.balance_gap) if self.proof == "gap" else "",
            "error": self.trouble or "",
            "consent_days_left": connection.consent_days_left if is_ending else "",
            "is_consent_ending": is_ending,
        }

    def _describe_newest_line(self):
        """Say how old the newest transaction is, as people would."""
        if not self.newest_line_date:
            return ""
        if self.newest_line_age <= 0:
            return self.env._("today")
        if self.newest_line_age == 1:
            return self.env._("yesterday")
        return self.env._("%s days ago", self.newest_line_age)

    def _forget_provider_names(self):
        """After a new consent a provider may call the same transactions by new names.

        Without their old names the lines are known again by day, amount and content.
        """
        if not self:
            return
        lines = self.env["account.bank.statement.line"]
        lines.flush_model(["ar_provider_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE account_bank_statement_line SET ar_provider_id = NULL"
                " WHERE ar_feed_id IN %s AND ar_provider_id IS NOT NULL",
                tuple(self.ids),
            )
        )
        lines.invalidate_model(["ar_provider_id"])
        self.cursor = False

    def _check_may_remove(self):
        if self.env["account.bank.statement.line"].search_count(
            [("ar_feed_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "Transactions came through this feed; archive it instead of deleting it."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_may_remove()


def _prepare_provider_vals(code):
    provider = get_provider(code)
    return {"overlap_days": provider.overlap_days, "daily_limit": provider.daily_limit}
