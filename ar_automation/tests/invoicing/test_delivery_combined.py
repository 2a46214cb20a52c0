"""Several invoices of a customer in one mail: each once, each with its own proof."""

from email import message_from_bytes
from email.policy import default as email_policy

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, InvoicingCase

QUIET = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.ar_automation.models.automation.job_runner",
)


@tagged("post_install", "-at_install")
class TestDeliveryCombined(InvoicingCase):
    def setUp(self):
        super().setUp()
        self.without_wkhtmltopdf()
        self.company.ar_combine_mails = True
        self.sink = self.start_sink()
        self.other = self.customer.copy({"name": "Other", "email": "other@customer.example"})

    def run_job(self):
        with mute_logger(*QUIET):
            return self.delivery_job.ar_run_job(self.company, DAY)

    def queue(self, *partners, channels=("email",)):
        moves = self.env["account.move"].union(*map(self.create_posted_invoice, partners))
        moves.ar_deliver(list(channels))
        return moves

    def mails(self):
        return [message_from_bytes(raw, policy=email_policy) for _to, raw in self.sink.messages]

    def test_one_mail_for_each_customer(self):
        moves = self.queue(self.customer, self.other, self.customer, self.customer)
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind()["sent"], 2)
        self.assertEqual(
            [to for to, _raw in self.sink.messages],
            [["ap@customer.example"], ["other@customer.example"]],
        )
        mail, single = self.mails()
        names = [file.get_filename() for file in mail.iter_attachments()]
        mine = moves.filtered(lambda one: one.partner_id == self.customer).sorted("id")
        self.assertEqual(names, [move.invoice_pdf_report_id.name for move in mine], "in order")
        self.assertEqual(len(list(single.iter_attachments())), 1)
        self.assertIn("and 2 more", mail["Subject"])
        body = mail.get_body(("html",)).get_content()
        for move in moves.filtered(lambda one: one.partner_id == self.customer)[1:]:
            self.assertIn(move.name, body)
        deliveries = moves.ar_delivery_ids
        self.assertEqual(set(deliveries.mapped("state")), {"sent"})
        self.assertEqual(len(set(deliveries.mapped("message_id"))), 2)
        self.assertTrue(all(moves.mapped("is_move_sent")))
        self.run_job()
        self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(len(self.sink.messages), 2)

    def test_a_bounce_is_one_of_all(self):
        moves = self.queue(self.customer, self.customer)
        self.run_job()
        self.env["ar.delivery"].ar_note_bounce([moves[0].ar_delivery_ids.message_id], "550 no")
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"bounced"})

    def test_what_did_not_leave_is_queued_again(self):
        self.sink.answers = {"MAIL": b"421 later"}
        moves = self.queue(self.customer, self.customer, self.customer)
        self.run_job()
        self.assertFalse(moves.ar_delivery_ids.carried_by_id)
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"failed"})
        self.sink.answers = {}
        self.inbox(moves).action_retry()
        self.run_job()
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"sent"})
        self.assertEqual(len(self.sink.messages), 1)

    def test_of_an_unknown_mail_all_is_unknown(self):
        self.sink.answers = {"END": None}
        moves = self.queue(self.customer, self.customer)
        self.run_job()
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"unknown"})
        self.assertIn(moves[0].name, moves[1].ar_delivery_message)
        self.sink.answers = {}
        self.run_job()
        self.assertFalse(self.sink.messages, "nothing is repeated blindly")
        self.inbox(moves).action_was_not_done()
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"queued"})
        self.run_job()
        self.assertEqual(len(self.sink.messages), 1)
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"sent"})

    def test_a_confirmed_mail_confirms_all(self):
        self.sink.answers = {"END": None}
        moves = self.queue(self.customer, self.customer)
        self.run_job()
        self.inbox(moves).action_was_done()
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"sent"})

    def test_other_channels_and_kinds_go_their_own_way(self):
        self.customer.write({"street": "Rue 1", "zip": "1000", "city": "Brussels"})
        single = self.queue(self.customer)
        both = self.queue(self.customer, channels=("email", "letter"))
        refund = self.create_posted_invoice(move_type="out_refund")
        refund.ar_deliver(["email"])
        self.run_job()
        self.assertEqual(len(self.sink.messages), 3)
        self.assertFalse((single | both | refund).ar_delivery_ids.carried_by_id)

    def test_off_as_shipped(self):
        self.company.ar_combine_mails = False
        self.queue(self.customer, self.customer)
        self.run_job()
        self.assertEqual(len(self.sink.messages), 2)
