from email import message_from_bytes
from email.policy import default as email_policy
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, InvoicingCase

QUIET = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.ar_automation.models.automation.job_runner",
)


@tagged("post_install", "-at_install")
class TestDelivery(InvoicingCase):
    def run_job(self, **kwargs):
        with mute_logger(*QUIET):
            return self.delivery_job.ar_run_job(self.company, DAY, **kwargs)

    def create_queued_invoice(self, partner=None, **values):
        invoice = self.create_posted_invoice(partner, **values)
        invoice.action_ar_queue_for_sending()
        return invoice

    def without_pdf(self):
        """Rendering takes a second; what is rendered is looked at elsewhere."""
        report = self.env["ir.actions.report"]

        def render(report, reference, res_ids=None, data=None):
            return {res_id: {"stream": None} for res_id in res_ids}, "pdf"

        def split(report, reference, content, kind):
            return dict.fromkeys(content, b"%PDF-1.4 invoice")

        self.startPatcher(patch.object(type(report), "_pre_render_qweb_pdf", render))
        self.startPatcher(patch.object(type(report), "_get_splitted_report", split))

    def setUp(self):
        super().setUp()
        self.without_pdf()

    def test_queued_invoice_leaves_once_with_its_pdf(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind(), {"sent": 1})
        [(recipients, raw)] = sink.messages
        self.assertEqual(recipients, ["ap@customer.example"])
        mail = message_from_bytes(raw, policy=email_policy)
        [attachment] = list(mail.iter_attachments())
        self.assertEqual(attachment.get_content(), b"%PDF-1.4 invoice")
        self.assertEqual(mail["Message-Id"], invoice._ar_delivery_message_id())
        self.assertEqual((invoice.ar_delivery_state, invoice.is_move_sent), ("sent", True))
        self.assertIn("ap@customer.example", invoice.ar_delivery_message)
        self.assertTrue(invoice.ar_delivered_at)
        self.run_job()
        self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(len(sink.messages), 1)

    def test_queueing_again_sends_again(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        self.run_job()
        invoice.action_ar_queue_for_sending()
        self.run_job()
        ids = [message_from_bytes(raw)["Message-Id"] for _to, raw in sink.messages]
        self.assertEqual(len(set(ids)), 2)

    def test_credit_note_leaves_too(self):
        sink = self.start_sink()
        self.create_queued_invoice(move_type="out_refund")
        self.run_job()
        self.assertEqual(len(sink.messages), 1)

    def test_invoice_without_address_fails_and_waits_in_the_inbox(self):
        sink = self.start_sink()
        silent = self.env["res.partner"].create({"name": "Silent"})
        invoice = self.create_queued_invoice(silent)
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind(), {"failed": 1})
        self.assertEqual(invoice.ar_delivery_state, "failed")
        self.assertIn("Silent has no valid e-mail address", invoice.ar_delivery_message)
        self.assertFalse(invoice.is_move_sent)
        entry = self.inbox(invoice)
        self.assertEqual((entry.code, entry.state), ("delivery.no_email", "open"))
        silent.email = "found@silent.example"
        entry.action_retry()
        self.run_job()
        self.assertEqual(invoice.ar_delivery_state, "sent")
        self.assertFalse(self.inbox(invoice))
        self.assertEqual(len(sink.messages), 1)

    def test_queueing_a_failed_invoice_again_sends_it_at_once(self):
        sink = self.start_sink()
        sink.answers = {"RCPT": b"550 mailbox unknown"}
        invoice = self.create_queued_invoice()
        self.run_job()
        sink.answers = {}
        invoice.action_ar_queue_for_sending()
        self.assertFalse(self.inbox(invoice))
        self.run_job()
        self.assertEqual((invoice.ar_delivery_state, len(sink.messages)), ("sent", 1))

    def test_invoice_reported_to_an_authority_is_left_to_a_person(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        send = type(self.env["account.move.send"])
        with patch.object(send, "_get_default_extra_edis", lambda sender, move: {"authority"}):
            self.run_job()
        self.assertEqual((invoice.ar_delivery_state, sink.messages), ("by_hand", []))

    def test_malformed_address_is_no_address(self):
        sink = self.start_sink()
        partner = self.env["res.partner"].create({"name": "Odd", "email": "not an address"})
        invoice = self.create_queued_invoice(partner)
        self.run_job()
        self.assertEqual(invoice.ar_delivery_state, "failed")
        self.assertFalse(sink.messages)

    def test_mail_server_down_is_tried_again_by_itself(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        sink.answers = {"MAIL": b"421 closing for maintenance"}
        self.run_job()
        self.assertEqual(
            (invoice.ar_delivery_state, self.inbox(invoice).state), ("failed", "waiting")
        )
        self.assertFalse(invoice.is_move_sent)
        sink.answers = {}
        self.inbox(invoice).action_retry()
        self.run_job()
        self.assertEqual((invoice.ar_delivery_state, len(sink.messages)), ("sent", 1))

    def test_refused_recipient_is_told_in_the_servers_words(self):
        sink = self.start_sink()
        sink.answers = {"RCPT": b"550 5.1.1 mailbox unknown"}
        invoice = self.create_queued_invoice()
        self.run_job()
        self.assertIn("mailbox unknown", invoice.ar_delivery_message)
        self.assertEqual(self.inbox(invoice).state, "open")

    def test_broken_dialog_is_unknown_until_a_person_settles_it(self):
        sink = self.start_sink()
        sink.answers = {"END": None}
        done, not_done = self.create_queued_invoice(), self.create_queued_invoice()
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind(), {"unknown": 2})
        self.assertEqual(set((done | not_done).mapped("ar_delivery_state")), {"unknown"})
        sink.answers = {}
        self.run_job()
        self.assertFalse(sink.messages, "nothing is repeated blindly")
        with self.assertRaisesRegex(UserError, "Nobody knows yet"):
            done.action_ar_queue_for_sending()
        first_id = not_done._ar_delivery_message_id()
        self.inbox(done).action_was_done()
        self.inbox(not_done).action_was_not_done()
        self.assertEqual((done.ar_delivery_state, not_done.ar_delivery_state), ("sent", "queued"))
        self.run_job()
        [(_to, raw)] = sink.messages
        self.assertEqual(message_from_bytes(raw)["Message-Id"], first_id)

    def test_customers_by_hand_are_listed_and_not_called_sent(self):
        sink = self.start_sink()
        self.customer.with_company(self.company).invoice_sending_method = "manual"
        invoice = self.create_queued_invoice()
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind(), {"by_hand": 1})
        self.assertEqual((invoice.ar_delivery_state, sink.messages), ("by_hand", []))
        invoice.action_ar_mark_sent_by_hand()
        self.assertEqual(invoice.ar_delivery_state, "sent")
        self.assertIn("by hand", invoice.ar_delivery_message)

    def test_post_is_left_to_a_person(self):
        self.customer.write({"street": "Rue 1", "zip": "1000", "city": "Brussels"})
        self.customer.with_company(self.company).invoice_sending_method = "snailmail"
        invoice = self.create_queued_invoice()
        self.run_job()
        self.assertEqual(invoice.ar_delivery_state, "by_hand")
        self.assertFalse(self.env["snailmail.letter"].search([("res_id", "=", invoice.id)]))

    def test_invoice_sent_with_cores_wizard_leaves_the_queue(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({}).action_send_and_print()
        delivery = invoice.ar_delivery_ids.filtered("by_person")
        self.assertEqual((invoice.ar_delivery_state, delivery.state), ("sent", "sent"))
        [(_to, raw)] = sink.messages
        self.assertEqual(message_from_bytes(raw)["Message-Id"], delivery.message_id)
        self.run_job()
        self.assertEqual(len(sink.messages), 1)

    def test_pdf_that_cannot_be_rendered_stops_one_invoice(self):
        sink = self.start_sink()
        bad, good = self.create_queued_invoice(), self.create_queued_invoice()
        report = type(self.env["ir.actions.report"])
        original = report._pre_render_qweb_pdf

        def render(report, reference, res_ids=None, data=None):
            if bad.id in res_ids:
                raise OSError("wkhtmltopdf failed (error code: -11)")
            return original(report, reference, res_ids=res_ids, data=data)

        with patch.object(report, "_pre_render_qweb_pdf", render):
            self.run_job()
        self.assertEqual((bad.ar_delivery_state, good.ar_delivery_state), ("failed", "sent"))
        self.assertIn("wkhtmltopdf", bad.ar_delivery_message)
        self.assertEqual(len(sink.messages), 1)

    def test_do_not_send(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        invoice.action_ar_do_not_send()
        self.run_job()
        self.assertEqual((invoice.ar_delivery_state, sink.messages), ("not_needed", []))
        with self.assertRaisesRegex(UserError, "waits to be sent"):
            invoice.action_ar_do_not_send()

    def test_drafts_cannot_be_queued(self):
        draft = self.create_posted_invoice()
        draft.button_draft()
        with self.assertRaisesRegex(UserError, "Only posted"):
            draft.action_ar_queue_for_sending()

    def test_simulation_sends_nothing(self):
        sink = self.start_sink()
        invoice = self.create_queued_invoice()
        run = self.run_job(dry_run=True)
        self.assertEqual((run.state, run.done_count), ("simulated", 1))
        self.assertEqual((invoice.ar_delivery_state, sink.messages), ("queued", []))
        self.assertFalse(invoice.invoice_pdf_report_id)

    def test_roles(self):
        invoice = self.create_posted_invoice()
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env, login=f"dlv-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            with self.assertRaises(AccessError):
                invoice.with_user(user).action_ar_queue_for_sending()
        accountant = new_test_user(
            self.env, login="dlv-acc", groups="account.group_account_invoice"
        )
        invoice.with_user(accountant).action_ar_queue_for_sending()
        self.assertEqual(invoice.ar_delivery_state, "queued")
