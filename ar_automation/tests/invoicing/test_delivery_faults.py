"""What goes wrong on the way of an invoice: one entry in the inbox each, in words."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import InvoicingCase

QUIET = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.ar_automation.models.automation.job_runner",
)
FIRST = datetime(2026, 3, 2, 8)


@tagged("post_install", "-at_install")
class TestDeliveryFaults(InvoicingCase):
    def setUp(self):
        super().setUp()
        self.without_wkhtmltopdf()

    def run_job(self):
        with mute_logger(*QUIET):
            return self.delivery_job.ar_run_job(self.company, FIRST.date())

    def send(self, partner=None):
        invoice = self.create_posted_invoice(partner)
        invoice.ar_deliver(["email"])
        self.run_job()
        return invoice

    def entry(self, invoice):
        entries = self.inbox(invoice)
        self.assertEqual(len(entries), 1, "one entry")
        return entries

    def test_a_mail_server_that_is_down_for_a_day(self):
        sink = self.start_sink()
        sink.answers = {"MAIL": b"421 closing for maintenance"}
        invoice = self.create_posted_invoice()
        invoice.ar_deliver(["email"])
        for quarter in range(26 * 4):
            with freeze_time(FIRST + timedelta(minutes=15) * quarter):
                self.run_job()
        entry = self.entry(invoice)
        self.assertIn("421 closing for maintenance", entry.message)
        self.assertTrue(5 <= entry.attempts <= 7, "less and less often")
        self.assertEqual((sink.messages, invoice.is_move_sent), ([], False))
        sink.answers = {}
        with freeze_time(FIRST + timedelta(days=3)):
            self.run_job()
        self.assertEqual((len(sink.messages), invoice.ar_delivery_state), (1, "sent"))
        self.assertFalse(self.inbox(invoice))

    def test_a_mail_that_is_too_large(self):
        sink = self.start_sink()
        for command in ("MAIL", "END"):
            sink.answers = {command: b"552 5.3.4 message size exceeds fixed limit"}
            invoice = self.send()
            self.assertEqual(self.entry(invoice).code, "mail.too_large")
            self.assertEqual(self.entry(invoice).state, "open")
            self.assertIn("larger than the mail server takes", invoice.ar_delivery_message)

    def test_an_address_with_line_breaks_adds_no_header_and_no_recipient(self):
        sink = self.start_sink()
        for number, address in enumerate(
            ["a@b.example\nBcc: thief@evil.example", "a@b.example\r\n\r\nRead this", "\n"]
        ):
            partner = self.env["res.partner"].create({"name": f"Odd {number}", "email": address})
            invoice = self.send(partner)
            self.assertEqual(invoice.ar_delivery_state, "failed")
            self.assertIn("no valid e-mail address", self.entry(invoice).message)
        self.assertFalse(sink.messages)

    def test_a_deleted_template(self):
        self.start_sink()
        # core lets nobody delete it on the screen; databases are cleaned up in other ways too
        self.env["ir.model.data"].search([("name", "=", "email_template_edi_invoice")]).unlink()
        invoice = self.send()
        entry = self.entry(invoice)
        self.assertIn("mail template", entry.message)
        self.assertIn(invoice.name, entry.message)

    def refuse(self, **company):
        self.company.write(company)
        self.sink = self.start_sink()
        self.sink.answers = {"RCPT": b"550 5.1.1 mailbox unknown"}
        invoice = self.send()
        self.sink.answers = {}
        return invoice

    def test_a_refused_recipient_gets_a_letter_where_the_company_wishes(self):
        self.customer.write({"street": "Rue 1", "zip": "1000", "city": "Brussels"})
        invoice = self.refuse(ar_bounce_fallback="letter")
        letter = invoice._ar_current_deliveries()
        mail = invoice.ar_delivery_ids - letter
        self.assertEqual(
            (mail.state, letter.channel, letter.state), ("bounced", "letter", "queued")
        )
        self.assertEqual(letter.replaces_id, mail)
        self.assertIn("mailbox unknown", mail.message)
        self.assertFalse(self.inbox(invoice), "the letter takes care of it")
        self.run_job()
        self.assertEqual((letter.state, mail.state), ("by_hand", "bounced"))

    def test_without_an_address_the_salesperson_is_asked_once(self):
        invoice = self.refuse(ar_bounce_fallback="letter")
        self.assertEqual((invoice.ar_delivery_state, len(invoice.activity_ids)), ("failed", 1))
        self.sink.answers = {"RCPT": b"550 5.1.1 mailbox unknown"}
        self.entry(invoice).action_retry()
        self.run_job()
        self.assertEqual(self.entry(invoice).code, "mail.recipient_refused")
        self.assertEqual(len(invoice.activity_ids), 1)

    def test_only_shown_where_the_company_wishes(self):
        invoice = self.refuse(ar_bounce_fallback="none")
        self.assertFalse(invoice.activity_ids)
        self.assertEqual(self.entry(invoice).state, "open")

    def test_a_full_mailbox_is_tried_again_before_anything_else_is_done(self):
        self.customer.write({"street": "Rue 1", "zip": "1000", "city": "Brussels"})
        self.company.ar_bounce_fallback = "letter"
        sink = self.start_sink()
        sink.answers = {"RCPT": b"452 4.2.2 mailbox full"}
        with freeze_time(FIRST):
            invoice = self.send()
        self.assertEqual(self.entry(invoice).state, "waiting")
        self.assertEqual(invoice.ar_delivery_ids.channel, "email")
        for hours in range(1, 30):
            with freeze_time(FIRST + timedelta(hours=hours)):
                self.run_job()
        self.assertEqual(invoice._ar_current_deliveries().channel, "letter")


@tagged("post_install", "-at_install")
class TestCoreSenders(InvoicingCase):
    """Nobody is told by core when its own sending has stopped."""

    def alarms(self):
        return self.env["ar.exception"].search([("code", "=", "cron.dead"), ("state", "=", "open")])

    def check(self):
        self.env["ar.job.config"]._cron_check_health()

    def setUp(self):
        super().setUp()
        self.env = self.env(su=True)
        self.env["mail.mail"].search([]).unlink()
        self.env["account.move"].search([("sending_data", "!=", False)]).sending_data = False

    def test_a_mail_queue_that_nobody_works_on(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        cron.active = False
        self.check()
        self.assertFalse(self.alarms(), "nothing waits")
        self.env["mail.mail"].create({"state": "outgoing", "email_to": "a@b.example"})
        self.check()
        self.check()
        self.assertEqual(self.alarms().res_id, cron.id)
        self.assertIn("switched off or has not run", self.alarms().message)
        cron.write({"active": True, "nextcall": datetime.now() + timedelta(hours=1)})
        self.check()
        self.assertFalse(self.alarms())

    def test_invoices_that_core_should_have_sent(self):
        invoice = self.create_posted_invoice()
        invoice.sending_data = {"author_user_id": self.env.uid}
        cron = self.env.ref("account.ir_cron_account_move_send")
        cron.write({"active": True, "nextcall": datetime.now() - timedelta(hours=3)})
        self.check()
        self.assertEqual(self.alarms().res_id, cron.id)
        cron.nextcall = datetime.now() - timedelta(hours=1)
        self.check()
        self.assertFalse(self.alarms(), "a little late is not dead")
