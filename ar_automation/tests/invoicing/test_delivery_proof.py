from email import message_from_bytes

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingHttpCommon
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, InvoicingCase

BOUNCE = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@customer.example>
To: bounce@ours.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@customer.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

550 5.1.1 mailbox unavailable

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; ap@customer.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

From: us@ours.example
To: ap@customer.example
Message-Id: {message_id}
Subject: Invoice

--b--
"""


@tagged("post_install", "-at_install")
class TestDeliveryProof(InvoicingCase):
    """What the records of deliveries know, and what happens when a document comes back."""

    def setUp(self):
        super().setUp()
        self.without_wkhtmltopdf()

    def run_job(self):
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            return self.delivery_job.ar_run_job(self.company, DAY)

    def give_address(self):
        self.customer.write({"street": "Rue 1", "zip": "1000", "city": "Brussels"})

    def send(self, channels=None):
        invoice = self.create_posted_invoice()
        invoice.ar_deliver(channels)
        self.run_job()
        return invoice

    def come_back(self, invoice):
        mail = BOUNCE.format(message_id=invoice.ar_delivery_ids.message_id)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].sudo().message_process(None, mail)

    def test_a_mail_that_left_has_its_proof(self):
        sink = self.start_sink()
        invoice = self.send()
        delivery = invoice.ar_delivery_ids
        [(_to, raw)] = sink.messages
        self.assertEqual(message_from_bytes(raw)["Message-Id"], delivery.message_id)
        self.assertEqual(
            (delivery.channel, delivery.state, delivery.attempts, delivery.address),
            ("email", "sent", 1, "ap@customer.example"),
        )
        self.assertTrue(delivery.sent_at)

    def test_the_board_shows_states_as_a_document_goes_through_them(self):
        for state in ("sent", "cancelled", "no_address", "opened", "queued"):
            delivery = self.create_posted_invoice()
            delivery.ar_deliver(["email"])
            delivery.ar_delivery_ids.ar_note(state)
        board = self.env["ar.delivery"].with_context(read_group_expand=True)
        mine = [("company_id", "=", self.company.id)]
        groups = board.web_read_group(mine, ["state"])["groups"]
        self.assertEqual(
            [group["state"] for group in groups],
            ["queued", "sent", "opened", "no_address", "cancelled"],
        )

    def test_several_channels_at_once_each_have_their_own_record(self):
        self.start_sink()
        self.give_address()
        invoice = self.send(["email", "letter", "portal"])
        states = {one.channel: one.state for one in invoice.ar_delivery_ids}
        self.assertEqual(states, {"email": "sent", "letter": "by_hand", "portal": "sent"})
        self.assertEqual(invoice.ar_delivery_state, "by_hand", "the letter waits to be printed")

    def test_a_missing_email_does_not_hold_back_the_letter(self):
        self.give_address()
        self.customer.email = False
        invoice = self.send(["email", "letter"])
        states = {one.channel: one.state for one in invoice.ar_delivery_ids}
        self.assertEqual(states, {"email": "no_address", "letter": "by_hand"})
        self.assertEqual(self.inbox(invoice).code, "delivery.no_email")

    def test_a_letter_needs_a_postal_address(self):
        invoice = self.send(["letter"])
        self.assertEqual(invoice.ar_delivery_ids.state, "no_address")
        self.assertEqual(self.inbox(invoice).code, "delivery.no_postal_address")

    def test_the_print_service_tells_what_became_of_its_letter(self):
        self.give_address()
        self.company.ar_letter_provider = "snailmail"
        delivery = self.send(["letter"]).ar_delivery_ids
        self.assertEqual((delivery.state, delivery.letter_id.state), ("by_hand", "pending"))
        delivery.letter_id.state = "sent"
        self.assertEqual(delivery.state, "sent")

    def test_a_bounce_reminds_the_salesperson(self):
        self.start_sink()
        invoice = self.send()
        self.come_back(invoice)
        delivery = invoice.ar_delivery_ids
        self.assertEqual((delivery.state, invoice.ar_delivery_state), ("bounced", "bounced"))
        self.assertIn("mailbox unavailable", delivery.message)
        self.assertEqual(len(invoice.activity_ids), 1)
        self.come_back(invoice)
        self.assertEqual(len(invoice.activity_ids), 1, "told once")

    def test_a_bounce_becomes_a_letter_where_the_company_wishes(self):
        self.start_sink()
        self.give_address()
        self.company.ar_bounce_fallback = "letter"
        invoice = self.send()
        mail = invoice.ar_delivery_ids
        self.come_back(invoice)
        letter = invoice.ar_delivery_ids - mail
        self.assertEqual((letter.channel, letter.state), ("letter", "queued"))
        self.assertEqual(letter.replaces_id, mail)
        self.run_job()
        self.assertEqual((mail.state, letter.state), ("bounced", "by_hand"))

    def test_another_channel_takes_over_what_failed(self):
        self.customer.email = False
        invoice = self.send()
        failed = invoice.ar_delivery_ids
        failed.action_by_portal()
        self.assertFalse(self.inbox(invoice))
        self.run_job()
        other = invoice.ar_delivery_ids - failed
        self.assertEqual((failed.state, other.state), ("cancelled", "sent"))

    def test_what_is_known_is_not_forgotten(self):
        self.start_sink()
        delivery = self.send().ar_delivery_ids
        self.env["ar.delivery"].ar_note_opened(delivery.move_id)
        self.assertEqual((delivery.state, delivery.move_id.ar_delivery_state), ("opened",) * 2)
        delivery.ar_note("sent")
        self.assertEqual(delivery.state, "opened")

    def test_of_an_unknown_outcome_a_person_speaks_first(self):
        sink = self.start_sink()
        sink.answers = {"END": None}
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            delivery = self.send().ar_delivery_ids
        self.assertEqual(delivery.state, "unknown")
        with self.assertRaisesRegex(UserError, "Nobody knows yet"):
            delivery.action_by_letter()
        self.inbox(delivery.move_id).action_was_done()
        self.assertEqual(delivery.state, "sent")

    def test_deliveries_stay_in_their_company(self):
        delivery = self.create_posted_invoice().ar_deliver()
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            login="dlv-other",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        found = self.env["ar.delivery"].with_user(user).search([("id", "=", delivery.id)])
        self.assertFalse(found)


@tagged("post_install", "-at_install")
class TestDeliveryOpened(AccountTestInvoicingHttpCommon):
    """A customer who opens an invoice on the portal is the best proof there is."""

    def test_only_the_customers_look_counts(self):
        invoice = self._create_invoice_one_line(price_unit=100.0, post=True)
        delivery = invoice.ar_deliver(["portal"])
        delivery.ar_note("sent")
        address = f"/my/invoices/{invoice.id}"
        self.url_open(address + "?access_token=guessed")
        self.assertEqual(delivery.state, "sent")
        self.authenticate("admin", "admin")
        self.assertEqual(self.url_open(address).status_code, 200)
        self.assertEqual(delivery.state, "sent", "one of us looked at it")
        self.logout()
        token = invoice._portal_ensure_token()
        self.assertEqual(self.url_open(f"{address}?access_token={token}").status_code, 200)
        self.assertEqual((delivery.state, invoice.ar_delivery_state), ("opened", "opened"))
