"""The two doors to the web: messages of providers, and the way back from a bank's page."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ...banking.webhook import MAX_BODY_BYTES, sign
from . import ledger_bank

CRON = "ar_automation.ir_cron_bank_sync"
RETURN = "/ar_automation/bank/return"


class WebCase(HttpCase):
    def setUp(self):
        super().setUp()
        registration = ledger_bank.registered()
        self.bank = registration.__enter__()
        self.addCleanup(registration.__exit__, None, None, None)
        self.connection = self.env["ar.bank.connection"].create(
            {"name": "Web", "provider": ledger_bank.CODE, "is_test": True}
        )
        for setting in self.connection.setting_ids:
            setting.shown_value = ledger_bank.SECRET


@tagged("post_install", "-at_install")
class TestWebhookDoor(WebCase):
    def setUp(self):
        super().setUp()
        self.connection.next_sync_at = datetime(2100, 1, 1)

    def knock(self, body=b'{"news": 1}', *, token=None, header=None, age=0, secret=None, **headers):
        at = datetime.now(timezone.utc) - timedelta(seconds=age)
        if header is None:
            header = sign(body, secret=secret or self.connection.webhook_secret, at=at)
        return self.url_open(
            f"/ar_automation/bank/webhook/{token or self.connection.webhook_token}",
            data=body,
            headers={"X-AR-Signature": header, "Content-Type": "application/json", **headers},
        )

    def is_called_soon(self):
        self.connection.invalidate_recordset()
        return not self.connection.next_sync_at

    def test_a_signed_message_needs_no_session_and_has_the_bank_asked_soon(self):
        triggers = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.env.ref(CRON).id)]
        )
        answer = self.knock()
        self.assertEqual((answer.status_code, answer.content), (202, b""))
        self.assertTrue(self.is_called_soon())
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.env.ref(CRON).id)])
        self.assertEqual(after, triggers + 1)

    def test_the_same_message_again_does_nothing_more(self):
        body, at = b"{}", datetime.now(timezone.utc)
        header = sign(body, secret=self.connection.webhook_secret, at=at)
        self.assertEqual(self.knock(body, header=header).status_code, 202)
        self.connection.next_sync_at = datetime(2100, 1, 1)
        self.assertEqual(self.knock(body, header=header).status_code, 202)
        self.assertFalse(self.is_called_soon())

    def test_whatever_is_wrong_is_answered_as_if_there_were_nothing(self):
        unknown = self.knock(token="guess")
        wrong = {
            "signature": self.knock(secret="x" * 32),
            "too old": self.knock(age=600),
            "too new": self.knock(age=-600),
            "without header": self.knock(header=""),
            "too large": self.knock(b"x" * (MAX_BODY_BYTES + 1)),
        }
        self.assertEqual(unknown.status_code, 404)
        for what, answer in wrong.items():
            with self.subTest(what):
                self.assertEqual((answer.status_code, answer.text), (404, unknown.text))
        self.assertFalse(self.is_called_soon())
        self.assertFalse(self.env["ar.bank.webhook"].search([]))

    def test_reading_the_address_finds_nothing(self):
        token = self.connection.webhook_token
        answer = self.url_open(f"/ar_automation/bank/webhook/{token}")
        self.assertIn(answer.status_code, (404, 405))


@tagged("post_install", "-at_install")
class TestWayBack(WebCase):
    def setUp(self):
        super().setUp()
        self.group = (
            "ar_automation.ar_automation_group_supervisor,account.group_account_basic,"
            "base.group_user"
        )
        self.supervisor = new_test_user(self.env, "treasurer", self.group)

    def start(self):
        action = self.connection.with_user(self.supervisor).action_authorise()
        return action["url"].split("state=")[1].split("&")[0]

    def come_back(self, **answer):
        query = "&".join(f"{name}={value}" for name, value in answer.items())
        return self.url_open(f"{RETURN}?{query}", allow_redirects=False)

    def test_the_way_back_ends_at_the_connection_and_is_gone_once(self):
        self.authenticate("treasurer", "treasurer")
        state = self.start()
        answer = self.come_back(state=state, code="good")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(
            answer.headers["Location"].endswith(f"/odoo/bank-connections/{self.connection.id}")
        )
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.state, "connected")
        again = self.come_back(state=state, code="good")
        self.assertEqual(again.status_code, 400)
        self.assertIn("belongs to no authorisation", again.text)

    def test_another_user_cannot_finish_it(self):
        new_test_user(self.env, "stranger", self.group)
        state = self.start()
        self.authenticate("stranger", "stranger")
        self.assertEqual(self.come_back(state=state, code="good").status_code, 400)
        self.authenticate("treasurer", "treasurer")
        self.assertEqual(self.come_back(state=state, code="good").status_code, 303)

    def test_without_a_session_one_logs_in_first(self):
        answer = self.come_back(state=self.start(), code="good")
        self.assertIn("/web/login", answer.headers["Location"])

    def test_what_the_bank_refused_stands_on_the_connection_in_words(self):
        self.authenticate("treasurer", "treasurer")
        answer = self.come_back(state=self.start(), error="access_denied")
        self.assertEqual(answer.status_code, 303)
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.error_message, "The bank does not know the code.")
        self.assertTrue(self.connection.error_hint)
        self.assertNotEqual(self.connection.state, "connected")

    def test_an_old_way_is_closed(self):
        self.authenticate("treasurer", "treasurer")
        state = self.start()
        self.connection.authorisation_expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.come_back(state=state, code="good").status_code, 400)
