"""A connection fetches: what is new, known, changed, withdrawn, announced; and its proof."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...banking.connectors.contract import FeedLine
from ...banking.connectors.errors import ConnectorError
from .feed_case import FeedCase
from .import_case import OTHER_IBAN
from .ledger_bank import document, entry


@tagged("post_install", "-at_install")
class TestSync(FeedCase):
    def test_first_fetch_brings_each_transaction_once_and_the_second_none(self):
        self.bank.book(entry(100, 2), entry(-20, 3), entry(100, 2))
        sync = self.sync()
        self.assertEqual(sync.counts, {"new": 3, "known": 0, "updated": 0, "removed": 0})
        self.assertEqual(sync.state, "done")
        self.assertEqual(self.amounts(), [(2, 100), (2, 100), (3, -20)])
        self.assertEqual(self.sync().counts["known"], 3)
        self.assertEqual(len(self.lines()), 3)
        self.assertEqual(self.connection.state, "connected")

    def test_a_feed_without_names_counts_twins_also_late_ones(self):
        self.bank.book(entry(100, 2), entry(100, 2), ids=False)
        self.assertEqual(self.sync().counts["new"], 2)
        self.bank.book(entry(100, 2), ids=False)
        self.assertEqual(self.sync().counts, {"new": 1, "known": 2, "updated": 0, "removed": 0})
        self.assertEqual(len(self.lines()), 3)

    def test_cents_are_known_again_in_a_feed_without_names(self):
        self.bank.book(entry("19.99", 2), entry("-0.1", 2), entry("123456789012.34", 3), ids=False)
        self.assertEqual(self.sync().counts["new"], 3)
        self.assertEqual(self.sync().counts, {"new": 0, "known": 3, "updated": 0, "removed": 0})

    def test_twins_on_two_pages_survive_and_a_repeated_page_is_refused(self):
        self.bank.page_size = 2
        self.bank.book(entry(100, 2), entry(7, 2), entry(100, 2), entry(8, 2), ids=False)
        self.assertEqual(self.sync().counts["new"], 4)
        self.bank.book(entry(9, 3), entry(10, 3), ids=False)
        self.bank.repeat_page = 3
        sync = self.sync()
        self.assertEqual((sync.state, sync.error_code), ("failed", "feed.protocol"))
        self.assertIn("same page twice", sync.sentence)
        self.assertEqual(len(self.lines()), 6)
        self.bank.repeat_page = 0
        self.assertEqual(self.sync().counts["new"], 0)
        self.assertEqual(self.connection.state, "connected")

    def test_a_repeated_page_of_a_feed_with_names_changes_nothing(self):
        self.bank.page_size = 2
        self.bank.book(entry(100, 2), entry(100, 2), entry(5, 3))
        self.bank.repeat_page = 1
        self.assertEqual(self.sync().counts["new"], 3)

    def test_an_announced_transaction_is_no_line_and_vanishes_when_booked_under_another_name(self):
        announced = FeedLine(replace(entry(50, 4), status="pending"), "pending-1")
        self.bank.lines.append(announced)
        self.assertEqual(self.sync().pending_count, 1)
        self.assertFalse(self.lines())
        self.assertEqual(self.feed.pending_ids.amount, 50)
        self.bank.lines = [FeedLine(entry(50, 5), "booked-9", replaces_id="pending-1")]
        self.sync()
        self.assertEqual(self.amounts(), [(5, 50)])
        self.assertFalse(self.feed.pending_ids)

    def test_with_a_cursor_an_announced_transaction_vanishes_by_its_looks(self):
        self.bank.has_cursor = True
        self.bank.lines.append(FeedLine(replace(entry(50, 4), status="pending"), "pending-1"))
        self.sync()
        self.bank.book(entry(50, 6))
        self.sync()
        self.assertEqual(self.bank.requests[-1].cursor, "1")
        self.assertFalse(self.feed.pending_ids)
        self.assertEqual(self.amounts(), [(6, 50)])

    def test_a_changed_transaction_changes_its_open_line(self):
        self.bank.book(entry(100, 2))
        self.sync()
        self.bank.change(0, amount=Decimal("101.50"), booking_date=date(2026, 3, 3))
        self.assertEqual(self.sync().counts["updated"], 1)
        self.assertEqual(self.amounts(), [(3, 101.5)])
        self.assertEqual(self.sync().counts["updated"], 0)

    def test_a_changed_amount_of_a_settled_line_goes_to_a_person_once(self):
        self.bank.book(entry(100, 2))
        self.sync()
        self.reconcile(self.lines())
        self.bank.change(0, amount=Decimal(90))
        sync = self.sync()
        self.assertEqual((sync.counts["updated"], sync.held_count), (0, 1))
        self.assertEqual(self.amounts(), [(2, 100)])
        self.assertIn("90", self.inbox("feed.line_changed").message)
        self.assertEqual(self.sync().held_count, 0)

    def test_a_withdrawn_open_line_is_deleted_with_a_trace_and_a_settled_one_stays(self):
        self.bank.book(entry(100, 2), entry(30, 3))
        self.sync()
        self.reconcile(self.lines()[1])
        self.bank.lines, self.bank.removed = [], ["id-1", "id-2"]
        self.assertEqual(self.sync().counts["removed"], 1)
        self.assertEqual(self.amounts(), [(3, 30)])
        self.assertEqual(len(self.inbox("feed.line_withdrawn")), 1)
        event = self.env["ar.audit.event"].search(
            [("company_id", "=", self.company.id), ("code", "=", "banking.line_withdrawn")]
        )
        self.assertIn("100", event.summary)

    def test_a_locked_day_is_held_back_and_the_rest_goes_on(self):
        self.lock("2026-03-05")
        self.bank.book(entry(100, 2), entry(30, 8))
        sync = self.sync()
        self.assertEqual((sync.counts["new"], sync.held_count, sync.state), (1, 1, "attention"))
        self.assertIn("locked", self.inbox("feed.locked_day").message)
        self.assertEqual(self.feed.pending_ids.mapped("kind"), ["held"])
        self.sync()
        self.assertEqual(len(self.feed.pending_ids), 1)
        self.company.fiscalyear_lock_date = False
        self.sync(from_date=date(2026, 3, 1))
        self.assertEqual(self.amounts(), [(2, 100), (8, 30)])
        self.assertFalse(self.feed.pending_ids)
        self.assertFalse(self.inbox("feed.locked_day"))

    def test_a_dry_run_counts_and_changes_nothing(self):
        self.bank.page_size = 1
        self.bank.book(entry(100, 2), entry(100, 2))
        sync = self.sync(dry_run=True)
        self.assertEqual((sync.counts["new"], sync.dry_run), (2, True))
        self.assertFalse(self.lines())
        self.assertFalse(self.feed.covered_until)
        self.assertEqual(self.connection.state, "draft")

    def test_documents_are_imported_acknowledged_and_kept_when_refused(self):
        self.bank.documents = [document("bad-1", b"<Document>")]
        sync = self.sync()
        self.assertEqual(sync.held_count, 1)
        self.assertEqual(self.bank.acknowledged, [("bad-1", False)])
        refused = self.imports()
        self.assertEqual(refused.state, "refused")
        self.assertEqual(refused.attachment_id.raw, b"<Document>")
        self.assertEqual(len(self.inbox("statement.refused")), 1)
        self.sync()
        self.assertEqual(self.imports(), refused)

    def test_transactions_before_the_first_day_are_left_out(self):
        self.bank.has_cursor = True
        self.bank.book(entry(100, date(2026, 2, 27)), entry(5, 2))
        self.assertEqual(self.sync().counts["new"], 1)

    def test_the_banks_balance_proves_the_feed_and_finds_a_deleted_line(self):
        self.bank.opening = Decimal(1000)
        self.bank.book(entry(100, 2))
        self.sync()
        self.assertEqual((self.feed.proof, self.feed.opening_balance), ("unproven", 1000))
        self.bank.book(entry(40, 19))
        self.sync()
        self.assertEqual((self.feed.proof, self.feed.line_balance), ("proven", 1140))
        self.feed.overlap_days = 3
        self.lines()[0].unlink()
        self.sync()
        self.assertEqual((self.feed.proof, self.feed.balance_gap), ("gap", 100))
        self.assertIn("missing", self.inbox("feed.does_not_add_up").message)
        self.sync(from_date=date(2026, 3, 1))
        self.assertEqual(self.feed.proof, "proven")
        self.assertFalse(self.inbox("feed.does_not_add_up"))

    def test_days_that_nobody_asked_for_are_shown_until_they_are_fetched(self):
        self.sync()
        self.feed.covered_until = date(2026, 3, 5)
        self.sync(from_date=date(2026, 3, 15))
        self.assertEqual(
            (self.feed.gap_from_date, self.feed.gap_to_date), (date(2026, 3, 6), date(2026, 3, 14))
        )
        self.assertEqual(len(self.inbox("feed.days_missing")), 1)
        self.sync(from_date=date(2026, 3, 1))
        self.assertFalse(self.feed.gap_from_date)
        self.assertFalse(self.inbox("feed.days_missing"))

    def test_what_cannot_be_true_is_refused_whole(self):
        for transaction in (
            entry("1.234", 2),
            replace(entry(1, 2), currency="USD"),
            entry("1e20", 2),
            entry("NaN", 2),
        ):
            self.bank.lines = [FeedLine(entry(5, 3), "good"), FeedLine(transaction, "bad")]
            sync = self.sync()
            self.assertEqual((sync.state, sync.error_code), ("failed", "feed.protocol"))
            self.assertFalse(self.lines())
        self.assertEqual(self.connection.state, "draft")

    def test_a_failure_stands_on_the_connection_and_ends_with_the_next_success(self):
        self.sync()
        self.bank.book(entry(100, 2), entry(5, 3))
        self.bank.page_size = 1
        self.bank.error = ConnectorError("auth", "The bank does not accept the key.")
        self.bank.error_on_page = 2
        sync = self.sync()
        self.assertEqual((sync.state, sync.counts["new"]), ("failed", 1))
        self.assertEqual(self.connection.state, "broken")
        self.assertIn("key", self.connection.error_message)
        self.assertEqual(self.inbox("feed.auth").mapped("state"), ["open"])
        self.bank.error = None
        self.assertEqual(self.sync().counts["new"], 1)
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.error_message)
        self.assertFalse(self.inbox())

    def test_a_crash_of_our_own_is_not_swallowed(self):
        self.bank.error = ZeroDivisionError("a bug")
        with self.assertRaises(ZeroDivisionError):
            self.sync()

    def test_a_journal_of_another_account_or_currency_is_refused(self):
        other = self.create_journal("BNKB", OTHER_IBAN, self.eur)
        with self.assertRaisesRegex(ValidationError, "is not the account of the journal"):
            self.create_feed(journal_id=other.id, account_identifier="acc-2")
        with self.assertRaisesRegex(ValidationError, "Choose a journal in USD"):
            self.feed.currency_code = "USD"

    def test_test_says_what_the_bank_shows(self):
        result = self.connection.ar_test()
        self.assertTrue(result.ok)
        self.assertIn("DE89370400440532013000", result.message)
        self.bank.error = ConnectorError("unavailable", "The bank does not answer.")
        result = self.connection.ar_test()
        self.assertFalse(result.ok)
        self.assertIn("does not answer", result.message)

    def test_a_neutralised_database_never_calls_a_bank(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        sync = self.sync()
        self.assertEqual((sync.state, sync.error_code), ("failed", "feed.config"))
        self.assertIn("neutralised", sync.sentence)
        self.assertFalse(self.bank.requests)

    def test_who_may(self):
        collector = self.env["res.users"].create(
            {
                "name": "Collector",
                "login": "feed-collector",
                "group_ids": self.env.ref("ar_automation.ar_automation_group_collector").ids,
                "company_ids": [(6, 0, self.company.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(AccessError):
            self.connection.with_user(collector).ar_sync()

    def test_a_connection_without_account_says_so(self):
        self.feed.unlink()
        with self.assertRaisesRegex(UserError, "no account yet"):
            self.sync()
