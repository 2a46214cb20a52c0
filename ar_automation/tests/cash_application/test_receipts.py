"""Receipts as the customer's mailbox gets them."""

import email
from datetime import timedelta
from email import policy as email_policy
from tempfile import TemporaryFile

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import file_open, mute_logger
from odoo.tools.translate import TranslationImporter

from ..automation.smtp_sink import open_sink
from .cash_case import CashCase

NOISY = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.ar_automation.models.automation.job_runner",
)


@tagged("post_install", "-at_install")
class TestReceipts(CashCase):
    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.company.email = "receivables@example.com"
        self.partner_a.email = "a@example.com"
        self.policy.receipt_mode = "always"

    def send(self):
        # without the context Odoo hands out HTML instead of documents while tests run
        job = self.env["ar.job.cash_application.receipts"].with_context(force_report_rendering=True)
        return job.ar_run_job(self.company)

    def speak_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        importer = TranslationImporter(self.env.cr)
        # a copy, because Odoo reads no term that the template beside the file does not list
        with file_open("ar_automation/i18n/de.po", "rb") as source, TemporaryFile() as copy:
            copy.write(source.read())
            copy.seek(0)
            importer.load(copy, "po", "de_DE")
        importer.save(overwrite=True)

    def mails(self):
        return [
            (recipients, email.message_from_bytes(raw, policy=email_policy.default))
            for recipients, raw in self.sink.messages
        ]

    def only_text(self):
        [(_recipients, message)] = self.mails()
        return " ".join(message.get_body(("html",)).get_content().split())

    def matched(self, paid, amount=100, **vals):
        invoice = self.invoice(amount)
        line = self.pay(paid, invoice.name, **vals)
        line.ar_book(self.best(line))
        return invoice, line

    def test_what_was_paid_and_what_is_owed_reaches_the_customer_once(self):
        self.invoice(55)
        invoice, line = self.matched(40)
        run = self.send()
        self.assertEqual((run.ar_count_by_kind(), run.amount), ({"sent": 1}, 40))
        [(recipients, message)] = self.mails()
        self.assertEqual(recipients, ["a@example.com"])
        self.assertIn("thank you for your payment of", message["Subject"])
        text = self.only_text()
        for word in (invoice.name, "40.00", "60.00", "115.00", "still to pay"):
            self.assertIn(word, text)
        self.assertNotIn("credit", text)
        self.assertRecordValues(
            line, [{"ar_receipt_state": "sent", "ar_receipt_note": "Sent to a@example.com."}]
        )
        self.assertTrue(
            self.partner_a.message_ids.filtered(lambda one: "thank you" in (one.subject or ""))
        )
        self.send()
        self.assertEqual(len(self.sink.messages), 1)

    def test_a_payment_that_was_taken_back_and_matched_again_is_told_once(self):
        _invoice, line = self.matched(100)
        self.send()
        line.ar_unbook()
        line.ar_book(line.ar_best_proposal_id)
        self.send()
        self.assertEqual(len(self.sink.messages), 1)
        self.assertEqual(line.ar_receipt_state, "sent")

    def test_a_payment_that_was_taken_back_before_is_not_told(self):
        _invoice, line = self.matched(100)
        line.ar_unbook()
        self.assertFalse(self.send().ar_count_by_kind())
        line.ar_book(line.ar_best_proposal_id)
        self.send()
        self.assertEqual(len(self.sink.messages), 1)

    def test_who_wants_none_is_asked_again_after_an_undo(self):
        self.partner_a.with_company(self.company).ar_receipt_wish = "unwanted"
        _invoice, line = self.matched(100)
        self.send()
        self.assertEqual(line.ar_receipt_state, "none")
        line.ar_unbook()
        self.assertFalse(line.ar_receipt_state)

    def test_only_to_who_asked_for_it_and_from_an_amount_on(self):
        self.policy.write({"receipt_mode": "on_request", "receipt_least": 50})
        _invoice, line = self.matched(100)
        self.send()
        self.assertRecordValues(
            line,
            [{"ar_receipt_state": "none", "ar_receipt_note": "The customer gets no receipts."}],
        )
        self.partner_a.with_company(self.company).ar_receipt_wish = "wanted"
        small, large = self.matched(49)[1], self.matched(50)[1]
        self.send()
        self.assertEqual((small.ar_receipt_state, large.ar_receipt_state), ("none", "sent"))

    def test_payments_from_before_it_was_switched_on_are_not_told(self):
        self.policy.receipt_mode = "never"
        with freeze_time(fields.Datetime.now() - timedelta(days=3)):
            _invoice, line = self.matched(100)
        self.policy.receipt_mode = "always"
        self.send()
        self.assertFalse(line.ar_receipt_state)
        self.assertFalse(self.sink.messages)

    def test_open_credit_is_told_also_without_receipts(self):
        self.policy.write({"receipt_mode": "never", "receipt_credit": True})
        exact, over = self.matched(100)[1], self.matched(130)[1]
        self.send()
        self.assertEqual((exact.ar_receipt_state, over.ar_receipt_state), ("none", "sent"))
        text = self.only_text()
        for word in ("130.00", "30.00", "Kept as your credit", "in your favour"):
            self.assertIn(word, text)

    def test_discount_and_charges_are_named(self):
        self.policy.charge_account_id = self.account("Charges")
        self.matched(985, 1000)
        self.send()
        text = self.only_text()
        for word in ("1,000.00", "985.00", "Bank charges", "15.00", "in your favour"):
            self.assertIn(word, text)

    def test_in_the_customers_language_with_a_document(self):
        self.speak_german()
        self.partner_a.lang = "de_DE"
        self.policy.receipt_pdf = True
        _invoice, line = self.matched(1130, 1000)
        with self.allow_pdf_render():
            self.send()
        [(_recipients, message)] = self.mails()
        self.assertIn("vielen Dank für Ihre Zahlung", message["Subject"])
        text = self.only_text()
        for word in ("1.000,00", "Guthaben", "Rechnung", "zu Ihren Gunsten"):
            self.assertIn(word, text)
        [attachment] = message.iter_attachments()
        self.assertTrue(attachment.get_filename().endswith(".pdf"))
        self.assertTrue(attachment.get_content().startswith(b"%PDF"))
        self.assertEqual(line.ar_receipt_attachment_id.res_id, self.partner_a.id)

    def test_a_registered_payment_names_its_invoice(self):
        invoice = self.invoice(100)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-03-01"})._create_payments()
        line = self.pay(100, invoice.name)
        line.ar_apply_cash()
        self.send()
        self.assertEqual(line.ar_receipt_state, "sent")
        self.assertIn(invoice.name, self.only_text())

    def test_nobody_learns_what_another_customer_owes(self):
        first, second = (
            self.invoice(60),
            self.invoice(40, partner=self.partner_b, invoice_payment_term_id=self.pay_terms_a.id),
        )
        line = self.pay(100, f"{first.name} {second.name}")
        items = {self.receivable_of(first).id: 60.0, self.receivable_of(second).id: 40.0}
        line.ar_book({"items": items, "action": "full"})
        self.send()
        self.assertEqual(line.ar_receipt_note, "It pays for several customers.")
        self.assertFalse(self.sink.messages)

    def test_without_an_address(self):
        self.partner_a.email = False
        _invoice, line = self.matched(100)
        self.send()
        self.assertRecordValues(
            line,
            [
                {
                    "ar_receipt_state": "none",
                    "ar_receipt_note": "The customer has no e-mail address.",
                }
            ],
        )

    def test_a_mail_server_that_is_down_is_tried_again(self):
        _invoice, line = self.matched(100)
        self.sink.answers = {"MAIL": None}
        with mute_logger(*NOISY):
            self.send()
        self.assertNotEqual(line.ar_receipt_state, "sent")
        self.sink.answers = {}
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.send()
        self.assertEqual((line.ar_receipt_state, len(self.sink.messages)), ("sent", 1))

    def test_a_server_that_hangs_up_at_the_end_leaves_it_to_a_person(self):
        _invoice, line = self.matched(100)
        self.sink.answers = {"END": None}
        with mute_logger(*NOISY):
            self.send()
            self.send()
        self.assertEqual(line.ar_receipt_state, "unknown")
        self.sink.answers = {}
        with freeze_time(fields.Datetime.now() + timedelta(days=9)):
            self.send()
        self.assertFalse(self.sink.messages)
