from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..automation.smtp_sink import open_sink
from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestChannels(DunningCommon):
    """How reminders leave: by mail, letter, call or portal, when and after whose approval."""

    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.level = self.levels[0]
        self.company.email = "receivables@example.com"

    def deliver(self, day=TODAY):
        return self.env["ar.job.collections.delivery"].ar_run_job(self.company, day)

    # --- channels

    def test_a_letter_waits_to_be_printed_and_is_mailed_to_nobody(self):
        self.level.channel = "letter"
        self.partner_a.write({"street": "1 Main Street", "zip": "10115", "city": "Berlin"})
        self.level.attach_statement = False
        self.late_invoice(20)
        runs = self.env["ar.dunning.run"].with_context(force_report_rendering=True)
        notice = runs.ar_run(self.company, TODAY).notice_ids
        self.assertRecordValues(notice, [{"state": "sent", "channel": "letter"}])
        self.assertIn("Berlin", notice.recipient)
        self.assertTrue(notice.letter_id.raw.startswith(b"%PDF"))
        self.assertFalse(self.sink.messages)
        action = notice.action_print_letters()
        batch = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        self.assertTrue(batch.raw.startswith(b"%PDF"))
        self.assertTrue(notice.printed_at)
        self.assertIn(notice.letter_id, self.partner_a.message_ids.attachment_ids)

    def test_a_letter_without_an_address_waits_in_the_inbox(self):
        self.level.channel = "letter"
        self.partner_a.city = False
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertEqual(notice.state, "failed")
        self.assertIn("postal address", notice.state_reason)
        with self.assertRaises(UserError):
            notice.action_print_letters()

    def test_the_code_on_the_letter_pays_what_is_asked_for(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "DE89370400440532013000",
                "partner_id": self.company.partner_id.id,
            }
        )
        self.company_data["default_journal_bank"].bank_account_id = bank
        self.late_invoice(20, currency_id=euro)
        notice = self.run_day(dry_run=True).notice_ids
        self.assertTrue(notice._get_payment_code().startswith("data:image/svg+xml;base64,"))
        bank.acc_number = "12345678"
        self.assertEqual(notice._get_payment_code(), "")

    def test_a_call_is_an_activity_even_without_a_number(self):
        self.level.channel = "call"
        self.partner_a.phone = False
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertEqual(notice.state, "sent")
        self.assertIn("number unknown", self.partner_a.activity_ids.summary)
        self.assertFalse(self.sink.messages)

    def test_the_portal_shows_it_under_the_raised_invoices_only(self):
        self.level.channel = "portal"
        raised, listed = self.late_invoice(20), self.late_invoice(1)
        notice = self.run_day().notice_ids
        comment = self.env.ref("mail.mt_comment")
        found = {
            move: move.message_ids.filtered(lambda message: message.subtype_id == comment)
            for move in (raised, listed)
        }
        self.assertEqual(found[raised].subject, notice.subject)
        self.assertFalse(found[listed])
        self.assertFalse(self.sink.messages)
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "account.move")]))

    def test_text_messages_are_offered_where_their_app_is_installed(self):
        offered = dict(self.level._fields["channel"]._description_selection(self.env))
        self.assertEqual("sms" in offered, "sms.sms" in self.env)
        if "sms.sms" not in self.env:
            return
        self.level.channel = "sms"
        self.partner_a.phone = "+49 30 1234567"
        self.late_invoice(20)
        self.run_day()
        message = self.env["sms.sms"].search([("partner_id", "=", self.partner_a.id)])
        self.assertIn("100.00", message.body)

    # --- what goes with it

    def test_invoices_are_attached_where_they_have_a_pdf(self):
        self.level.write({"attach_invoices": True, "attach_statement": False})
        invoice = self.late_invoice(20)
        self.late_invoice(20)
        self.env["ir.attachment"].create(
            {
                "name": "INV.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()
        notice = self.run_day().notice_ids
        self.assertFalse(notice.attachment_id)
        self.assertEqual(notice.document_ids.mapped("name"), ["INV.pdf"])
        self.assertEqual(len(invoice.invoice_pdf_report_id), 1)

    def test_links_to_pay_and_who_signs(self):
        signer = new_test_user(self.env, login="boss", name="Olivia Owner")
        self.level.write({"show_payment_link": True, "signer_id": signer.id})
        invoice = self.late_invoice(20)
        preview = self.run_day(dry_run=True).notice_ids
        self.assertFalse(invoice.access_token)
        self.assertNotIn("access_token", preview.body)
        notice = self.run_day().notice_ids
        self.assertIn(invoice.access_token, notice.body)
        self.assertIn("Olivia Owner", notice.body)

    # --- when, and after whose look

    def test_quiet_hours_by_the_customers_clock(self):
        self.policy.write({"quiet_from": 20.0, "quiet_until": 8.0})
        self.partner_a.tz = "America/Los_Angeles"
        self.partner_b.tz = "Europe/Berlin"
        for partner in (self.partner_a, self.partner_b):
            self.late_invoice(20, partner=partner)
        notices = self.run_day().notice_ids
        states = {notice.partner_id: notice.state for notice in notices}
        self.assertEqual(states, {self.partner_a: "ready", self.partner_b: "sent"})
        with freeze_time(f"{TODAY} 15:00:00"):
            self.deliver()
        self.assertEqual(notices.mapped("state"), ["sent", "sent"])

    def test_a_level_to_approve_waits_for_a_supervisor(self):
        self.level.needs_approval = True
        self.late_invoice(20)
        run = self.run_day()
        notice = run.notice_ids
        self.assertEqual((notice.state, run.to_approve_count), ("to_approve", 1))
        self.deliver()
        self.assertFalse(self.sink.messages)
        collector = new_test_user(
            self.env, login="c1", groups="ar_automation.ar_automation_group_collector"
        )
        with self.assertRaises(AccessError):
            notice.with_user(collector).with_company(self.company).ar_approve()
        later = self.run_day(TODAY + timedelta(days=8))
        self.assertIn("waits for approval", self.skipped(later)[self.partner_a.id])
        run.action_approve()
        self.deliver()
        self.assertEqual(notice.state, "sent")
        with self.assertRaises(UserError):
            notice.ar_approve()
        codes = self.env["ar.audit.event"].search(
            [("res_model", "=", notice._name), ("res_id", "=", notice.id)]
        )
        self.assertIn("dunning.approved", codes.mapped("code"))

    def test_one_to_approve_can_be_cancelled(self):
        self.level.needs_approval = True
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        notice.action_cancel()
        self.assertEqual(notice.state, "cancelled")

    def test_a_due_date_that_moved_is_decided_anew(self):
        self.level.needs_approval = True
        invoice = self.late_invoice(20)
        notice = self.run_day().notice_ids
        invoice.invoice_date_due = TODAY + timedelta(days=10)
        notice.ar_approve()
        self.deliver()
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(self.sink.messages)

    # --- screens

    def test_live_preview_follows_level_and_customer(self):
        self.late_invoice(20)
        self.late_invoice(20, amount=77.0, partner=self.partner_b)
        notices = self.run_day(dry_run=True).notice_ids
        wizard = self.env["ar.dunning.level.preview"].browse(self.level.action_preview()["res_id"])
        with Form(wizard) as form:
            form.notice_id = notices.filtered(lambda notice: notice.partner_id == self.partner_b)
            self.assertIn("77.00", form.body)
            form.level_id = self.levels[2]
            self.assertIn("final notice", form.subject)

    def test_policy_form(self):
        with Form(self.policy) as form:
            form.grace_days = 2
            with form.level_ids.edit(0) as level:
                level.channel = "letter"
                level.in_workdays = True
        self.assertEqual((self.policy.grace_days, self.level.channel), (2, "letter"))
