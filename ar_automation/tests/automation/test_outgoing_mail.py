import email
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...exceptions import ArError
from ...models.automation import postman as postman_module
from ...models.automation.postman import Postman
from .smtp_sink import SmtpSink, open_sink

CORE_LOGGERS = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


@tagged("post_install", "-at_install")
class TestOutgoingMail(TransactionCase):
    """What leaves, and what is said when it does not."""

    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.server = self.env["ir.mail_server"].search([])

    def _send(self, to="customer@example.com", **values):
        return self.env["mail.mail"].ar_send_now(
            {
                "email_from": "us@example.com",
                "email_to": to,
                "subject": "Hello",
                "body_html": "<p>Hi</p>",
                **values,
            },
            [("terms.txt", b"payable at once")],
        )

    def _fail(self, **kwargs):
        with mute_logger(*CORE_LOGGERS), self.assertRaises(ArError) as caught:
            self._send(**kwargs)
        return caught.exception

    def test_mail_leaves_with_its_attachment_and_message_id(self):
        mail = self._send(message_id="<ar-1@example.com>")
        self.assertEqual(mail.state, "sent")
        [(recipients, raw)] = self.sink.messages
        self.assertEqual(recipients, ["customer@example.com"])
        self.assertIn(b"<ar-1@example.com>", raw)
        self.assertIn(b"terms.txt", raw)

    def test_unreachable_server_is_not_done_and_tried_again(self):
        self.sink.close()
        self.addCleanup(setattr, self, "sink", SmtpSink())
        error = self._fail()
        self.assertEqual(
            (error.code, error.not_done, error.retryable), ("mail.server_unreachable", True, True)
        )

    def test_refused_recipient_is_not_done(self):
        for answer, retryable in ((b"550 no such user", False), (b"451 greylisted", True)):
            self.sink.answers = {"RCPT": answer}
            error = self._fail()
            self.assertEqual((error.code, error.not_done), ("mail.recipient_refused", True))
            self.assertEqual(error.retryable, retryable)
            self.assertIn(answer.decode()[4:], error.message)

    def test_refused_message_is_not_done(self):
        self.sink.answers = {"END": b"554 looks like spam"}
        error = self._fail()
        self.assertEqual(
            (error.code, error.not_done, error.retryable), ("mail.message_refused", True, False)
        )

    def test_silence_after_the_data_leaves_the_outcome_unknown(self):
        self.sink.answers = {"END": None}
        error = self._fail()
        self.assertEqual((error.code, error.not_done), ("mail.outcome_unknown", False))
        self.assertIn("ended the connection", error.message)

    def test_silence_before_the_data_is_not_done(self):
        self.sink.answers = {"MAIL": None}
        error = self._fail()
        self.assertEqual(
            (error.code, error.not_done, error.retryable), ("mail.server_unreachable", True, True)
        )

    def test_invalid_address_is_not_done(self):
        error = self._fail(to="nobody")
        self.assertEqual((error.code, error.not_done), ("mail.address_invalid", True))
        self.assertFalse(self.sink.messages)

    def test_header_injection_in_the_address_does_not_add_recipients(self):
        try:
            self._send(to="a@example.com\r\nBcc: thief@example.org")
        except ArError as error:
            self.assertTrue(error.not_done)
        recipients = [address for to, _raw in self.sink.messages for address in to]
        self.assertNotIn("Bcc", "".join(recipients))
        for _to, raw in self.sink.messages:
            self.assertNotIn(b"\r\nBcc:", raw)

    def test_one_of_two_mails_refused_asks_a_person(self):
        partners = self.env["res.partner"].create(
            [{"name": "A", "email": "a@example.com"}, {"name": "B", "email": "b@example.com"}]
        )
        original = self.env["ir.mail_server"].__class__.send_email

        def break_after_first(server, *args, **kwargs):
            if self.sink.messages:
                self.sink.answers = {"RCPT": b"550 unknown"}
            return original(server, *args, **kwargs)

        self.startPatcher(
            patch.object(type(self.env["ir.mail_server"]), "send_email", break_after_first)
        )
        error = self._fail(to="", recipient_ids=[(6, 0, partners.ids)])
        self.assertEqual((error.code, error.not_done), ("mail.partly_sent", False))
        self.assertEqual(len(self.sink.messages), 1)

    def test_a_second_recipient_refused_in_one_dialog_asks_a_person(self):
        with patch(
            "smtplib.SMTP.rcpt",
            lambda smtp, to, options=(): (550, b"no") if to.startswith("b") else (250, b""),
        ):
            error = self._fail(to="a@example.com,b@example.com")
        self.assertEqual((error.code, error.not_done), ("mail.partly_sent", False))

    def _prepare(self, *addresses):
        return self.env["mail.mail"].ar_prepare(
            [
                {
                    "email_from": "us@example.com",
                    "email_to": address,
                    "subject": "Hello",
                    "body_html": "<p>Hi</p>",
                }
                for address in addresses
            ]
        )

    def test_mails_share_a_connection(self):
        mails = self._prepare("a@example.com", "b@example.com", "c@example.com")
        with Postman(mails) as postman:
            postman.write_ahead(mails[1:])
            for mail in mails:
                mail.ar_hand_over(postman)
        self.assertEqual(set(mails.mapped("state")), {"sent"})
        self.assertEqual(len(self.sink.messages), 3)
        self.assertEqual(self.sink.connections, 1)

    def test_a_server_that_ends_the_connection_is_called_again(self):
        mails = self._prepare("a@example.com", "b@example.com", "c@example.com")
        self.sink.patience = 2
        with mute_logger(*CORE_LOGGERS), Postman(mails) as postman:
            postman.write_ahead(mails)
            for mail in mails:
                mail.ar_hand_over(postman)
        taken = [address for to, _raw in self.sink.messages for address in to]
        self.assertEqual(taken, mails.mapped("email_to"))
        self.assertEqual(self.sink.connections, 2)

    def test_one_refused_does_not_touch_the_next(self):
        first, second = self._prepare("a@example.com", "b@example.com")
        with Postman(first | second) as postman:
            self.sink.answers = {"RCPT": b"550 no such user"}
            with mute_logger(*CORE_LOGGERS), self.assertRaises(ArError) as caught:
                first.ar_hand_over(postman)
            self.assertEqual(caught.exception.code, "mail.recipient_refused")
            self.sink.answers = {}
            second.ar_hand_over(postman)
        self.assertEqual(second.state, "sent")
        self.assertEqual([to for to, _raw in self.sink.messages], [["b@example.com"]])

    def test_what_is_written_ahead_is_what_core_writes(self):
        pictures = [(0, 0, {"name": "terms.txt", "raw": b"payable at once"})]
        for mail in (ahead := self._prepare("a@example.com")) | self._prepare("a@example.com"):
            mail.write({"subject": "Zahlung über 5 €", "attachment_ids": pictures})
            with Postman(mail) as postman:
                if mail == ahead:
                    postman.write_ahead(mail)
                    self.assertEqual((mail.state, self.sink.messages), ("ar_held", []))
                mail.ar_hand_over(postman)
            self.assertEqual(mail.state, "sent")
        (to, written), (core_to, by_core) = self.sink.messages
        self.assertEqual(to, core_to)
        self.assertEqual(*map(self._comparable, (written, by_core)))

    def _comparable(self, raw):
        """A message without what is new in each: its number, its time and its boundaries."""
        message = email.message_from_bytes(raw)
        headers = {
            name: value
            for name, value in message.items()
            if name not in ("Message-Id", "Date", "Content-Type")
        }
        parts = [
            (part.get_content_type(), part.get_filename(), part.get_payload(decode=True))
            for part in message.walk()
        ]
        return headers, parts

    def test_a_mail_that_cannot_be_written_is_told_in_its_turn(self):
        first, second = self._prepare("nobody", "b@example.com")
        with Postman(first | second) as postman:
            postman.write_ahead(first | second)
            with self.assertRaises(ArError) as caught:
                first.ar_hand_over(postman)
            self.assertEqual(
                (caught.exception.code, caught.exception.not_done), ("mail.address_invalid", True)
            )
            second.ar_hand_over(postman)
        self.assertEqual([to for to, _raw in self.sink.messages], [["b@example.com"]])

    def test_large_mails_are_written_in_their_turn(self):
        mails = self._prepare("a@example.com", "b@example.com")
        mails.write({"attachment_ids": [(0, 0, {"name": "a.txt", "raw": b"x" * 1000})]})
        with patch.object(postman_module, "AHEAD_BYTES", 1500), Postman(mails) as postman:
            postman.write_ahead(mails)
            self.assertEqual(list(postman._letters), mails[:1].ids)
            for mail in mails:
                mail.ar_hand_over(postman)
        self.assertEqual(len(self.sink.messages), 2)

    def test_no_queue_sends_what_is_held(self):
        mail = self._prepare("a@example.com")
        self.env["mail.mail"].process_email_queue()
        self.assertEqual((mail.state, self.sink.messages), ("ar_held", []))
        message = mail.mail_message_id
        mail.ar_discard()
        self.assertFalse(mail.exists() or message.exists())

    def test_while_tests_run_nothing_leaves(self):
        with patch.object(type(self.env["ir.mail_server"]), "_disable_send", lambda server: True):
            self.assertEqual(self._send().state, "sent")
        self.assertFalse(self.sink.messages)
