"""What surrounds a fetch: consents, limits, secrets, providers changed, the way to the bank."""

import logging
import traceback
from datetime import date, timedelta, timezone

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ...banking.connectors.errors import ConnectorError
from ...banking.webhook import sign
from .camt_builder import camt053
from .camt_builder import entry as camt_entry
from .camt_builder import statement as camt_statement
from .feed_case import FeedCase
from .ledger_bank import SECRET, entry, utc


@tagged("post_install", "-at_install")
class TestConsent(FeedCase):
    def test_the_responsible_is_warned_14_7_and_2_days_before_once_each(self):
        self.bank.consent_until = utc(2026, 4, 2, 12)
        self.sync()
        self.assertEqual(self.connection.consent_days_left, 13)
        self.assertEqual(self.connection.state, "consent_expiring")
        self.bank.consent_until = utc(2026, 4, 2, 12, 1)
        self.sync()
        self.assertEqual(self.connection.state, "consent_expiring")
        self.assertEqual(len(self.connection.activity_ids), 1)
        self.bank.consent_until = utc(2026, 3, 26, 12)
        self.connection.consent_valid_until = fields.Datetime.to_datetime("2026-03-26 12:00:00")
        self.sync()
        self.assertEqual(len(self.connection.activity_ids), 1)
        self.assertEqual(self.connection.consent_warned_days, 7)
        self.bank.consent_until = utc(2026, 3, 22, 9)
        self.connection.consent_valid_until = fields.Datetime.to_datetime("2026-03-22 09:00:00")
        self.sync()
        self.assertEqual(self.connection.consent_warned_days, 2)
        self.assertEqual(
            self.connection.activity_ids.mapped("user_id"), self.connection.responsible_id
        )
        self.bank.consent_until = utc(2026, 9, 1)
        self.sync()
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.activity_ids)

    def test_an_ended_consent_is_not_asked_again_by_the_schedule(self):
        self.sync()
        self.bank.error = ConnectorError("consent_expired", "The consent has ended.")
        self.sync()
        self.assertEqual(self.connection.state, "consent_expired")
        self.connection.next_sync_at = False
        before = len(self.bank.requests)
        self.env["ar.job.banking.sync"].ar_run_job(self.company)
        self.assertEqual(len(self.bank.requests), before)

    def test_the_way_to_the_bank_and_back_is_used_once_by_who_went_it(self):
        action = self.connection.action_authorise()
        state = action["url"].split("state=")[1].split("&")[0]
        finish = self.env["ar.bank.connection"].ar_finish_authorisation
        with self.assertRaisesRegex(UserError, "belongs to no authorisation"):
            finish({"state": "guess", "code": "good"})
        connection, error = finish({"state": state, "code": "good"})
        self.assertEqual(
            (connection, error, connection.state), (self.connection, None, "connected")
        )
        with self.assertRaises(UserError):
            finish({"state": state, "code": "good"})
        token = self.connection.setting_ids.filtered(lambda row: row.name == "token")
        self.assertTrue(token.is_remembered and token.is_secret)


@tagged("post_install", "-at_install")
class TestLimit(FeedCase):
    provider_facts = {"daily_limit": 4}

    def test_the_schedule_leaves_the_last_call_of_a_day_to_people(self):
        self.connection._update_state("connected")
        job = self.env["ar.job.banking.sync"]
        for _attempt in range(5):
            self.connection.next_sync_at = False
            job.ar_run_job(self.company)
        self.assertEqual(len(self.bank.requests), 3)
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.sync().error_code, "feed.rate_limited")
        self.assertEqual(len(self.bank.requests), 4)
        self.assertEqual(self.connection.state, "connected")

    def test_a_new_feed_begins_with_what_is_known_of_its_provider(self):
        self.assertEqual((self.feed.daily_limit, self.feed.overlap_days), (4, 30))
        vals = self.feed.copy_data()[0] | {"account_identifier": "acc-1", "daily_limit": 2}
        del vals["overlap_days"]
        self.feed.unlink()
        feed = self.env["ar.bank.feed"].create(vals)
        self.assertEqual((feed.daily_limit, feed.overlap_days), (2, 10))

    def test_the_banks_own_wait_is_kept(self):
        self.bank.error = ConnectorError("rate_limited", "Too often.", retry_after=7200)
        self.sync()
        self.assertEqual(self.connection.next_sync_at, fields.Datetime.now() + timedelta(hours=2))


@tagged("post_install", "-at_install")
class TestOtherWays(FeedCase):
    def test_what_came_through_the_feed_is_known_in_the_file(self):
        self.bank.book(entry(100, 2), entry(100, 2), entry(5, 2))
        self.sync()
        content = camt053(_statement([100, 100, 5, 7]))
        self.assertEqual(len(self.load(content)), 1)
        self.assertEqual(len(self.lines()), 4)
        self.assertFalse(self.load(content))

    def test_what_came_from_a_file_is_known_in_the_feed(self):
        self.load(camt053(_statement([100, 100, 5])))
        self.bank.book(entry(100, 2), entry(100, 2), entry(5, 2), entry(7, 2))
        self.assertEqual(self.sync().counts, {"new": 1, "known": 3, "updated": 0, "removed": 0})

    def test_another_consent_with_other_names_doubles_nothing(self):
        self.bank.book(entry(100, 2), entry(100, 2))
        self.sync()
        self.bank.lines = [
            type(line)(line.transaction, f"new-{line.provider_id}") for line in self.bank.lines
        ]
        self.feed.account_identifier = "acc-1-renewed"
        self.assertEqual(self.sync().counts["known"], 2)
        self.assertEqual(len(self.lines()), 2)


@tagged("post_install", "-at_install")
class TestSecrets(FeedCase):
    def test_a_secret_is_nowhere_but_in_its_place(self):
        with self.assertLogs("odoo.addons.ar_automation", level=logging.DEBUG) as log:
            logging.getLogger("odoo.addons.ar_automation").info("begin")
            for kind in ("auth", "consent_expired", "rate_limited", "unavailable", "protocol"):
                self.bank.error = ConnectorError(kind, "It failed.")
                self.sync()
                self.connection.ar_test()
        self.assertNotIn(SECRET, "\n".join(log.output))
        setting = self.connection.setting_ids.filtered("is_secret")
        self.assertEqual(setting.shown_value, "••••••••")
        exported = setting.export_data(["label", "shown_value", "value"])
        self.assertNotIn(SECRET, str(exported))
        self.assertFalse(setting.fields_get(["secret"])["secret"]["exportable"])
        told = self.connection.message_ids.mapped("body") + self.inbox().mapped("technical")
        self.assertNotIn(SECRET, str(told))
        self.assertFalse(self.connection.copy().setting_ids.filtered("is_set"))

    def test_a_crash_inside_a_connector_tells_no_secret(self):
        self.bank.error = ValueError(f"Invalid header value: b'Bearer {SECRET}'")
        with self.assertRaises(RuntimeError) as caught:
            self.sync()
        told = "".join(traceback.format_exception(caught.exception))
        self.assertNotIn(SECRET, told)
        self.assertIsNone(caught.exception.__context__)
        self.assertIn("ValueError in", told)
        self.assertIn("ledger_bank.py", told)
        self.connection._update_state("connected")
        with self.assertLogs("odoo.addons.ar_automation", level=logging.DEBUG) as log:
            self.env["ar.job.banking.sync"].ar_run_job(self.company)
        self.assertNotIn(SECRET, "\n".join(log.output))
        parked = self.env["ar.exception"].search([("company_id", "=", self.company.id)])
        self.assertIn("ValueError in", "".join(parked.mapped("technical")))
        self.assertNotIn(SECRET, str(parked.read()))

    def test_a_connectors_own_sentence_tells_no_secret(self):
        hint = f"Look at https://bank.example/?key={SECRET}"
        self.bank.error = ConnectorError("auth", f"No: {SECRET}", hint=hint, retry_after=90)
        sync = self.sync()
        self.assertNotIn(SECRET, str(sync.read()) + str(self.connection.read()))
        self.assertEqual(sync.error_code, "feed.auth")
        self.assertIn("bank.example", self.connection.error_hint)

    def test_what_tells_no_secret_stays_as_it_was(self):
        self.bank.error = ZeroDivisionError("a bug")
        with self.assertRaises(ZeroDivisionError) as caught:
            self.connection.ar_test()
        self.assertIs(caught.exception, self.bank.error)

    def test_a_shown_secret_is_replaced_only_by_a_new_one(self):
        setting = self.connection.setting_ids.filtered("is_secret")
        setting.shown_value = setting.shown_value
        self.assertEqual(setting.secret, SECRET)
        setting.shown_value = "another"
        self.assertEqual(setting.secret, "another")


@tagged("post_install", "-at_install")
class TestWebhook(FeedCase):
    def test_a_proven_message_has_the_connection_fetched_soon_and_once(self):
        self.sync()
        self.assertTrue(self.connection.next_sync_at)
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        receive = self.env["ar.bank.webhook"].ar_receive
        token, body = self.connection.webhook_token, b"{}"
        header = sign(body, secret=self.connection.webhook_secret, at=now)
        self.assertFalse(receive(token, b"{ }", header))
        self.assertFalse(receive("guess", body, header))
        self.assertFalse(receive("", body, header))
        self.assertTrue(self.connection.next_sync_at)
        self.assertTrue(receive(token, body, header))
        self.assertFalse(self.connection.next_sync_at)
        self.sync()
        self.assertTrue(receive(token, body, header))
        self.assertTrue(self.connection.next_sync_at, "the same message again does nothing")

    def test_without_a_secret_nothing_is_accepted(self):
        self.connection.webhook_secret = False
        header = sign(b"{}", secret="", at=fields.Datetime.now().replace(tzinfo=timezone.utc))
        self.assertFalse(
            self.env["ar.bank.webhook"].ar_receive(self.connection.webhook_token, b"{}", header)
        )


@tagged("post_install", "-at_install")
class TestConnect(FeedCase):
    def test_an_account_whose_journal_is_fed_already_is_not_proposed(self):
        wizard = self.env["ar.bank.connect"].create(
            {"provider": "ledger", "name": "Another way", "company_id": self.company.id}
        )
        wizard.action_choose_provider()
        for setting in wizard.connection_id.setting_ids:
            setting.shown_value = SECRET
        wizard.action_list_accounts()
        self.assertEqual(wizard.line_ids.journal_id, self.journal)
        self.assertFalse(wizard.line_ids.is_chosen)
        self.assertEqual(wizard.line_ids.fed_by_id, self.connection)

    def test_from_provider_to_the_first_fetch(self):
        self.feed.unlink()
        self.bank.book(entry(100, 2), entry(5, 12))
        self.load(camt053(_statement([1])))
        self.reconcile(self.lines())
        self.lock("2026-03-10")
        with Form(self.env["ar.bank.connect"].with_company(self.company)) as form:
            form.provider = "ledger"
            form.name = "My bank"
        wizard = form.save()
        wizard.action_choose_provider()
        for setting in wizard.connection_id.setting_ids:
            setting.shown_value = SECRET
        wizard.action_list_accounts()
        self.assertEqual(wizard.line_ids.journal_id, self.journal)
        self.assertEqual(wizard.line_ids.from_date, date(2026, 3, 11))
        wizard.action_create_feeds()
        self.assertEqual((wizard.sync_id.counts["new"], wizard.sync_id.dry_run), (1, True))
        wizard.action_fetch()
        self.assertEqual(self.amounts(), [(2, 1), (12, 5)])


def _statement(amounts):
    return camt_statement([camt_entry(amount) for amount in amounts])
