"""A company whose bank journal is fed by the ledger bank."""

from datetime import date, datetime

from odoo import fields

from . import ledger_bank
from .import_case import IBAN, ImportCase

NOW = datetime(2026, 3, 20, 10)


class FeedCase(ImportCase):
    provider_facts = {}

    def setUp(self):
        super().setUp()
        # Only Odoo's clock: frozen dates of another class would stay in the readers' caches.
        self.patch(fields.Datetime, "now", lambda: NOW)
        self.patch(fields.Date, "today", lambda: NOW.date())
        self.patch(fields.Date, "context_today", lambda _record, timestamp=None: NOW.date())
        registration = ledger_bank.registered(**self.provider_facts)
        self.bank = registration.__enter__()
        self.addCleanup(registration.__exit__, None, None, None)
        self.connection = self.connect()
        self.feed = self.create_feed()

    def connect(self, **vals):
        connection = self.env["ar.bank.connection"].create(
            {
                "name": "Ledger",
                "provider": ledger_bank.CODE,
                "company_id": self.company.id,
                "is_test": True,
                **vals,
            }
        )
        for setting in connection.setting_ids:
            setting.shown_value = ledger_bank.SECRET if setting.is_secret else "treasurer"
        return connection

    def create_feed(self, **vals):
        return self.env["ar.bank.feed"].create(
            {
                "connection_id": self.connection.id,
                "journal_id": self.journal.id,
                "account_identifier": "acc-1",
                "number": IBAN,
                "currency_code": "EUR",
                "from_date": date(2026, 3, 1),
                "overlap_days": 30,
                **vals,
            }
        )

    def sync(self, **options):
        return self.connection.ar_sync(**options)

    def lines(self, journal=None):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", (journal or self.journal).id)], order="date, id"
        )

    def amounts(self):
        return sorted((line.date.day, line.amount) for line in self.lines())

    def inbox(self, code=None):
        domain = [("company_id", "=", self.company.id), ("state", "in", ("open", "waiting"))]
        if code:
            domain.append(("code", "=", code))
        return self.env["ar.exception"].search(domain)

    def reconcile(self, line):
        """Settle a line by hand: against an account instead of the suspense account."""
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.company_data["default_account_revenue"]
        self.assertTrue(line.is_reconciled)

    def lock(self, day):
        self.company.fiscalyear_lock_date = fields.Date.to_date(day)
