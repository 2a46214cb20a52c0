"""The demo's three accounts in the database: by REST, by SOAP and by file."""

import tempfile
from datetime import date
from pathlib import Path

from odoo.addons.ar_automation.demo import scenario, summary
from odoo.addons.ar_automation.demo.bank_accounts import ACCOUNTS, EXPORT, MAIN, NORDIC
from odoo.tests import TransactionCase, tagged

from bank_simulator.demo_bank import make_demo_bank, make_demo_server, read_books, write_books
from devtools.console import DevError
from devtools.demo_comparison import compare_in_a_company
from devtools.demo_feeds import DemoFeeds
from devtools.demo_identity import compare_feeds, read_journal, require_same

TODAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestDemoFeeds(TransactionCase):
    """One day of a small demo company with its banks connected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        server = cls.enterClassContext(make_demo_server(make_demo_bank()))
        cls.feeds = DemoFeeds(server, cls.folder / "files")
        cls.company = scenario.ensure_company(cls.env, TODAY, pace=0.06, is_lived=False)
        cls.company.write({"ar_send_automatically": False, "ar_dunning_auto": False})
        cls.runs = scenario.live_day(cls.company, TODAY, deliver=cls.feeds.deliver)
        cls.journals = {delivery.account: delivery.journal for delivery in cls.feeds.deliveries}

    def test_every_job_finished(self):
        self.assertEqual(set(self.runs.mapped("state")), {"done"})
        self.assertFalse(sum(self.runs.mapped("failed_count")))

    def test_every_way_tells_the_same_lines_and_the_books_hold_them(self):
        count = compare_feeds(self.feeds.deliveries)
        self.assertEqual(count, len(summary.find_bank_lines(self.company, TODAY)))

    def test_a_difference_is_told(self):
        day = self.feeds.deliveries[0].bank_day.day
        told = read_journal(self.journals[MAIN], day)
        other = [told[0]._replace(text="something else"), *told[1:]]
        with self.assertRaisesRegex(DevError, "something else"):
            require_same("Bank", ("one", told), ("other", other))

    def test_each_account_has_lines_of_its_own_way(self):
        counts = {}
        for account in ACCOUNTS:
            journal = self.journals[account]
            lines = self.env["account.bank.statement.line"].search(
                [
                    ("journal_id", "=", journal.id),
                    "|",
                    ("ar_feed_id", "!=", False),
                    ("ar_import_id", "!=", False),
                ]
            )
            counts[account.code] = len(lines)
            self.assertTrue(lines, account.bank)
        self.assertGreater(counts[MAIN.code], counts[NORDIC.code])
        self.assertEqual(self.journals[MAIN].ar_feed_ids.connection_id.provider, "enable_banking")
        self.assertEqual(self.journals[NORDIC].ar_feed_ids.connection_id.provider, "finnish_ws")
        self.assertFalse(self.journals[EXPORT].ar_feed_ids)

    def test_the_feed_says_what_came_today(self):
        feed = self.journals[MAIN].ar_feed_ids
        self.assertEqual(feed.lines_today, feed.connection_id.sync_ids[0].new_count)

    def test_balances_are_proven(self):
        self.assertEqual(self.journals[MAIN].ar_feed_ids.proof, "proven")
        imports = self.env["ar.statement.import"].search(
            [("journal_id", "in", [self.journals[NORDIC].id, self.journals[EXPORT].id])]
        )
        self.assertEqual(imports.mapped("state"), ["proven", "proven"])

    def test_the_history_tells_a_night_without_the_bank(self):
        connection = self.journals[MAIN].ar_feed_ids.connection_id
        fetches = connection.sync_ids.sorted("id")
        self.assertEqual(fetches.mapped("state"), ["done", "failed", "done"])
        self.assertEqual(fetches[1].error_code, "feed.unavailable")
        self.assertFalse(connection.error_code)
        self.assertEqual(connection.consent_days_left, 12)
        self.assertEqual(connection.state, "consent_expiring")

    def test_the_bank_goes_on_with_its_books(self):
        bank = read_books(write_books(self.feeds.bank))
        now = bank.clock.now()
        for account in ACCOUNTS:
            self.assertEqual(
                bank.ledger.show(account.iban, now),
                self.feeds.bank.ledger.show(account.iban, now),
            )
        self.assertEqual(bank.settings, self.feeds.bank.settings)
        self.assertEqual(len(bank.memory), 1)

    def test_a_company_with_the_same_account_three_times(self):
        payments = [
            payment
            for delivery in self.feeds.deliveries
            for entry in delivery.bank_day.entries
            for payment in entry.details
        ]
        count = compare_in_a_company(self.company, self.feeds, TODAY)
        self.assertEqual(count, len(payments))
