"""Who may see, fetch, connect and read secrets; two companies; copies that never call a bank."""

import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import Form, new_test_user, tagged

from ...banking.connectors.errors import ConnectorError
from .feed_case import FeedCase
from .ledger_bank import CODE, SECRET, entry

APP = "ar_automation.ar_automation_group_"
ROLES = {
    "collector": f"{APP}collector",
    "accountant": "account.group_account_invoice,account.group_account_basic",
    "supervisor": f"{APP}supervisor",
    "auditor": f"{APP}auditor",
    "administrator": f"base.group_system,{APP}supervisor",
}
SECRET_FIELDS = ("webhook_token", "webhook_secret", "webhook_url", "authorisation_token")


@tagged("post_install", "-at_install")
class TestRights(FeedCase):
    def setUp(self):
        super().setUp()
        self.bank.book(entry(100, 2))
        self.sync()
        self.users = {
            role: new_test_user(
                self.env,
                f"feed-{role}",
                groups,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for role, groups in ROLES.items()
        }

    def may(self, role, act, record):
        """Whether a role may do something with a record."""
        user = self.users[role]
        try:
            with self.env.cr.savepoint():
                act(record.with_user(user).with_company(self.company))
                self.env.flush_all()
        except AccessError:
            return False
        finally:
            self.env.invalidate_all()
        return True

    def roles_that(self, act, record):
        return {role for role in ROLES if self.may(role, act, record)}

    def test_who_sees_what(self):
        reading = lambda record: record.read()  # noqa: E731 - one verb, many records
        others = {"accountant", "supervisor", "auditor", "administrator"}
        self.assertEqual(self.roles_that(reading, self.connection), others)
        self.assertEqual(self.roles_that(reading, self.feed), others | {"collector"})
        self.assertEqual(self.roles_that(reading, self.connection.sync_ids), others)
        self.assertEqual(
            self.roles_that(reading, self.connection.setting_ids),
            {"supervisor", "auditor", "administrator"},
        )
        payloads = self.env["ar.bank.payload"].search([("feed_id", "=", self.feed.id)])
        self.assertTrue(payloads)
        self.assertEqual(self.roles_that(reading, payloads), {"administrator"})

    def test_who_does_what(self):
        fetchers = {"accountant", "supervisor", "administrator"}
        configuring = {"supervisor", "administrator"}
        self.assertEqual(self.roles_that(lambda r: r.action_sync(), self.connection), fetchers)
        self.assertEqual(self.roles_that(lambda r: r.action_test(), self.connection), fetchers)
        self.assertEqual(
            self.roles_that(lambda r: r.action_authorise(), self.connection), configuring
        )
        self.assertEqual(
            self.roles_that(lambda r: r.write({"name": "Mine"}), self.connection), configuring
        )
        for name in ("ar.bank.connect", "ar.bank.certificate"):
            self.assertEqual(
                self.roles_that(lambda r: r.check_access("create"), self.env[name]), configuring
            )

    def test_nobody_but_an_administrator_reads_a_secret(self):
        setting = self.connection.setting_ids.filtered("is_secret")
        administrator = {"administrator"}
        self.assertEqual(self.roles_that(lambda r: r.read(["secret"]), setting), administrator)
        for name in SECRET_FIELDS:
            with self.subTest(name):
                found = self.roles_that(lambda r, n=name: r.read([n]), self.connection)
                self.assertEqual(found, administrator)
        for role in ("supervisor", "auditor"):
            told = setting.with_user(self.users[role]).read()
            self.assertNotIn(SECRET, str(told))
        for domain in ([("secret", "=like", "s%")],):
            with self.assertRaises(AccessError):
                setting.with_user(self.users["supervisor"]).search(domain)

    def test_a_supervisor_enters_a_secret_and_never_sees_it_again(self):
        connection = self.connection.with_user(self.users["supervisor"])
        with Form(connection) as form:
            for position, row in enumerate(connection.setting_ids):
                if row.is_secret:
                    with form.setting_ids.edit(position) as line:
                        line.shown_value = "brand-new-secret"
        self.env.invalidate_all()
        setting = self.connection.setting_ids.filtered("is_secret")
        self.assertEqual(setting.secret, "brand-new-secret")
        self.assertEqual(setting.with_user(self.users["supervisor"]).shown_value, "••••••••")

    def test_another_companys_feeds_are_not_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "feed-other",
            f"{APP}supervisor,{APP}auditor",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        payloads = self.env["ar.bank.payload"].search([("feed_id", "=", self.feed.id)])
        settings = self.connection.setting_ids
        for record in (self.connection, self.feed, self.connection.sync_ids, settings):
            theirs = record.with_user(user).with_company(other)
            self.assertFalse(theirs.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                theirs.read(["display_name"])
        with self.assertRaises(AccessError):
            self.connection.with_user(user).ar_sync()
        with self.assertRaises(AccessError):
            payloads.with_user(user).read(["content"])


@tagged("post_install", "-at_install")
class TestCopies(FeedCase):
    def test_a_neutralised_copy_knows_no_way_to_a_bank_and_calls_none(self):
        self.sync()
        asked = len(self.bank.requests)
        self.env.flush_all()
        for query in get_neutralization_queries(["base", "ar_automation"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.connection.setting_ids.filtered("secret"))
        self.assertFalse(any(self.connection[name] for name in SECRET_FIELDS))
        self.env["ar.job.banking.sync"].ar_run_job(self.company)
        sync = self.sync()
        self.assertEqual((sync.state, sync.error_code), ("failed", "feed.config"))
        self.assertIn("neutralised", self.connection.ar_test().message)
        # somebody who fills everything in again still reaches no bank
        for setting in self.connection.setting_ids:
            setting.shown_value = SECRET
        self.assertEqual(self.sync().error_code, "feed.config")
        self.assertEqual(len(self.bank.requests), asked)


@tagged("post_install", "-at_install")
class TestScreens(FeedCase):
    def test_sync_now_says_the_counts_and_leads_to_the_details(self):
        self.bank.book(entry(100, 2), entry(5, 3))
        params = self.feed.action_sync()["params"]
        self.assertEqual((params["type"], params["sticky"]), ("success", False))
        self.assertIn("2 new", params["message"])
        [link] = params["links"]
        self.assertTrue(link["url"].endswith(str(self.connection.sync_ids[:1].id)))
        self.bank.error = ConnectorError("auth", "100% wrong.", hint="Do this.")
        params = self.journal.action_ar_sync()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn("100%% wrong.", params["message"])
        self.assertIn("Do this.", params["message"])

    def test_who_started_a_fetch_sees_how_far_it_is(self):
        self.bank.book(entry(100, 2), entry(5, 3))
        self.sync()
        self.env.cr.precommit.run()
        messages = [
            json.loads(message)["payload"]
            for message in self.env["bus.bus"].sudo().search([]).mapped("message")
            if "ar_bank_sync_progress" in message
        ]
        self.assertEqual(messages[0]["title"], self.connection.name)
        self.assertIn("2 new", messages[0]["message"])
        self.assertFalse(messages[-1]["message"], "the notification goes when all is done")

    def test_the_journals_card_says_how_the_feed_does(self):
        self.bank.book(entry(100, 18))
        self.sync()
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]["ar_feed"]
        self.assertEqual(card["proof"], "unproven")
        self.assertEqual(card["newest_line"], "2 days ago")
        self.assertTrue(card["last_success"])
        self.bank.error = ConnectorError("auth", "No entry.", hint="Do this.")
        self.sync()
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]["ar_feed"]
        self.assertEqual(card["error"], "No entry. Do this.")

    def test_raw_data_is_kept_for_its_days_and_then_deleted(self):
        self.connection.payload_days = 3
        self.bank.book(entry(100, 2))
        self.sync()
        payloads = self.env["ar.bank.payload"]
        kept = payloads.search([("feed_id", "=", self.feed.id)])
        self.assertEqual(kept.mapped("content"), ['{"n": 0}'])
        payloads._gc_expired()
        self.assertTrue(kept.exists())
        kept.sudo().expires_date = "2026-03-19"
        self.assertEqual(payloads._gc_expired(), (1, False))
        self.assertFalse(kept.exists())
        self.assertTrue(self.lines(), "the transaction itself stays")
        self.connection.payload_days = 0
        self.bank.book(entry(7, 2))
        self.sync()
        self.assertFalse(payloads.search([("feed_id", "=", self.feed.id)]))

    def test_settings_tell_the_screen_what_may_be_chosen(self):
        connection = self.env["ar.bank.connection"].create(
            {"name": "Choices", "provider": "finnish_ws", "company_id": self.company.id}
        )
        rows = {row.name: row for row in connection.setting_ids}
        self.assertIn(["TEST", "Test"], [list(item) for item in rows["environment"].choices])
        self.assertFalse(rows["customer_id"].choices)
        self.assertTrue(connection.has_certification)
        self.assertFalse(self.connection.has_certification)
        self.assertEqual(self.connection.provider, CODE)

    def test_a_pages_queries_do_not_grow_with_its_lines(self):
        counts = []
        for size in (10, 300):
            self.bank.book(*(entry(number + 1, 2, text=f"{size}") for number in range(size)))
            self.bank.page_size = 1000
            before = self.env.cr.sql_log_count
            self.sync()
            counts.append(self.env.cr.sql_log_count - before)
        small, large = counts
        self.assertLessEqual(large, small + 40, counts)
