import email
from datetime import timedelta
from email import policy as email_policy

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..automation.smtp_sink import open_sink
from .common import TODAY, DunningCommon

BROKEN = "odoo.addons.mail.models.mail_render_mixin"
BOUNCE = """Return-Path: <>
To: {to}
From: MAILER-DAEMON@relay.example.net
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@relay.example.net>
Date: Tue, 30 Jun 2026 12:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

550 5.1.1 <{recipient}>: no such mailbox
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1

--b1
Content-Type: message/rfc822

From: receivables@example.com
To: {recipient}
Message-Id: {message_id}
Subject: A friendly reminder

--b1--
"""


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestDunningFaults(DunningCommon):
    """What comes in between: right behaviour, or one clear message."""

    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.company.email = "receivables@example.com"
        self.policy.level_ids.attach_statement = False

    def decide(self, day=TODAY):
        self.env["ar.job.collections.dunning"].ar_run_job(self.company, day)
        return self.env["ar.dunning.notice"].search(
            [("company_id", "=", self.company.id), ("date", "=", day)]
        )

    def deliver(self, day=TODAY):
        return self.env["ar.job.collections.delivery"].ar_run_job(self.company, day)

    def inbox(self, record):
        return self.env["ar.exception"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "in", record.ids),
                ("state", "in", ("open", "waiting")),
            ]
        )

    # --- texts

    def test_an_edited_template_counts_at_sending(self):
        self.late_invoice(20)
        notice = self.decide()
        self.assertIn("friendly reminder", notice.subject)
        self.levels[0].template_id.subject = "Edited for {{ object.partner_id.name }}"
        self.deliver()
        self.assertEqual(notice.subject, "Edited for partner_a")
        self.levels[0].template_id.subject = "Later"
        notice.invalidate_recordset()
        self.assertEqual(notice.subject, "Edited for partner_a", "what was sent is kept")

    @mute_logger(BROKEN)
    def test_a_broken_template_is_one_exception_and_heals(self):
        for partner in (self.partner_a, self.partner_b):
            self.late_invoice(20, partner=partner)
        template = self.levels[0].template_id
        whole, template.body_html = template.body_html, "<p><t t-out='object.no_such'/></p>"
        notices = self.decide()
        self.assertIn("cannot be written", notices[0].body)
        self.deliver()
        self.deliver()
        self.assertEqual(notices.mapped("state"), ["failed", "failed"])
        self.assertFalse(self.sink.messages)
        row = self.inbox(self.levels[0])
        self.assertEqual((row.code, row.state), ("dunning.template_broken", "open"))
        self.assertIn("no_such", row.message)
        self.assertFalse(self.inbox(notices))
        template.body_html = whole
        self.deliver()
        self.assertEqual(notices.mapped("state"), ["sent", "sent"])
        self.assertEqual((len(self.sink.messages), row.state), (2, "resolved"))

    def test_html_in_names_and_notes_is_text(self):
        self.partner_a.name = "<script>alert(1)</script> & Co"
        self.partner_b.name = "B"
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertIn("&lt;script&gt;", notice.body)
        message = email.message_from_bytes(self.sink.messages[0][1], policy=email_policy.default)
        self.assertNotIn("<script>", message.get_body(("html",)).get_content())
        self.partner_b.ar_hold_dunning(self.company, "<img src=x onerror=alert(1)>")
        self.assertNotIn("<img", self.partner_b.message_ids[0].body)

    # --- what leaves with it

    def test_documents_can_be_looked_at_before_approval(self):
        self.levels[0].write({"needs_approval": True, "attach_invoices": True})
        invoice = self.late_invoice(20)
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
        notice = self.decide()
        self.assertFalse(notice.document_ids)
        notice.action_show_documents()
        notice.action_show_documents()
        shown = notice.document_ids
        self.assertEqual(shown.mapped("name"), ["INV.pdf"])
        notice.ar_approve()
        self.deliver()
        self.assertEqual((notice.state, len(notice.document_ids)), ("sent", 1))
        self.assertFalse(shown.exists(), "what was shown ahead made way")
        with self.assertRaises(UserError):
            notice.action_show_documents()

    # --- addresses

    def test_a_mail_that_came_back_waits_for_another_address(self):
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        bounce = BOUNCE.format(
            to="receivables@example.com",
            recipient="a@example.com",
            message_id=notice.mail_id.message_id,
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(None, bounce)
        self.assertEqual(notice.state, "failed")
        row = self.inbox(notice)
        self.assertEqual(row.code, "dunning.bounced")
        self.deliver()
        self.assertEqual(len(self.sink.messages), 1, "not repeated by itself")
        row.action_retry()
        self.deliver()
        self.assertEqual((len(self.sink.messages), row.state), (1, "open"), "the same address")
        self.partner_a.email = "new@example.com"
        row.action_retry()
        self.deliver()
        self.assertEqual(self.sink.messages[1][0], ["new@example.com"])
        self.assertEqual((notice.state, row.state), ("sent", "resolved"))

    def test_an_address_that_is_none_is_as_if_there_were_none(self):
        self.partner_a.email = "nobody at all"
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertEqual((notice.state, self.inbox(notice).code), ("failed", "dunning.no_address"))

    # --- what happens between decision and sending

    def test_a_credit_note_arrives(self):
        credited = self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        notices = self.decide()
        credited._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self._create_invoice_one_line(
            move_type="out_refund",
            partner_id=self.partner_b,
            invoice_date=TODAY,
            price_unit=100.0,
            tax_ids=[],
            post=True,
        )
        self.deliver()
        self.assertEqual(notices.mapped("state"), ["cancelled", "cancelled"])
        reasons = {notice.partner_id: notice.state_reason for notice in notices}
        self.assertIn(credited.name, reasons[self.partner_a])
        self.assertIn("credit covers", reasons[self.partner_b])
        self.assertFalse(self.sink.messages)

    def test_two_customers_become_one(self):
        for partner in (self.partner_a, self.partner_b):
            self.late_invoice(20, partner=partner)
        notices = self.decide()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        self.partner_b.email = self.partner_a.email
        merge._merge((self.partner_a | self.partner_b).ids, self.partner_a)
        notices.invalidate_recordset()
        self.deliver()
        self.assertEqual(notices.partner_id, self.partner_a)
        self.assertEqual(sorted(notices.mapped("state")), ["cancelled", "sent"])
        self.assertEqual(len(self.sink.messages), 1)
        later = self.run_day(TODAY + timedelta(days=7)).notice_ids
        self.assertEqual(later.line_ids.level_id, self.levels[0] | self.levels[1])

    def test_a_due_date_that_moved(self):
        invoice = self.late_invoice(20)
        notice = self.decide()
        invoice.invoice_date_due = TODAY + timedelta(days=10)
        self.deliver()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("due date", notice.state_reason)
        self.assertFalse(self.run_day(TODAY + timedelta(days=1)).notice_ids)

    def test_two_currencies_and_credit_in_one_of_them(self):
        francs = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        self.late_invoice(20, amount=100.0)
        self.late_invoice(20, amount=80.0, currency_id=francs)
        self._create_invoice_one_line(
            move_type="out_refund",
            partner_id=self.partner_a,
            invoice_date=TODAY,
            price_unit=60.0,
            currency_id=francs,
            tax_ids=[],
            post=True,
        )
        notice = self.run_day().notice_ids
        self.assertRecordValues(notice, [{"amount": 140.0, "credit": 30.0, "state": "sent"}])
        self.assertTrue(all(line.residual > 0 for line in notice.line_ids), "credit is no debt")

    # --- policies

    def test_a_policy_edited_in_the_middle_of_a_run(self):
        job = type(self.env["ar.job.collections.dunning"])
        self.patch(job, "_job_batch_size", 1)
        for partner in (self.partner_a, self.partner_b):
            self.late_invoice(20, partner=partner)
        original, policy = job._job_process, self.policy

        def edit_after_the_first(job, records, run):
            outcomes = original(job, records, run)
            policy.minimum_amount = 1000.0
            return outcomes

        self.patch(job, "_job_process", edit_after_the_first)
        notices = self.decide()
        self.assertEqual(len(notices), 1, "the second one by the edited policy")
        self.deliver()
        self.assertEqual(notices.state, "sent", "the first one as it was decided")

    def test_a_level_that_reminders_name_is_not_deleted(self):
        self.late_invoice(20)
        self.run_day(dry_run=True)
        self.levels[2].unlink()
        self.run_day()
        with self.assertRaisesRegex(UserError, "Copy the policy"):
            self.levels[0].unlink()
        self.late_invoice(40, partner=self.partner_b)
        later = self.run_day(TODAY + timedelta(days=1)).notice_ids
        self.assertEqual(later.level_id, self.levels[0])

    def test_a_level_deleted_between_preview_and_run(self):
        self.late_invoice(20)
        self.run_day(dry_run=True)
        self.levels[0].unlink()
        self.assertEqual(self.run_day().notice_ids.level_id, self.levels[1])

    # --- clocks

    def test_the_night_on_which_clocks_change(self):
        """Quiet until three: when two becomes three, it leaves at once, and only once."""
        self.policy.write({"quiet_from": 22.0, "quiet_until": 3.0, "max_bank_data_age": 999})
        self.partner_a.tz = "Europe/Berlin"
        day = TODAY.replace(month=3, day=29)
        self.late_invoice(110)
        with freeze_time("2026-03-29 00:59:00"):
            notice = self.decide(day)
            self.deliver(day)
            self.assertEqual(notice.state, "ready")
        for minute in ("01:00", "01:30", "02:00"):
            with freeze_time(f"2026-03-29 {minute}:00"):
                self.deliver(day)
                self.assertEqual((notice.state, len(self.sink.messages)), ("sent", 1))

    # --- speed

    def test_statements_of_a_batch_do_not_grow_with_it(self):
        job = self.env["ar.job.collections.dunning"].with_company(self.company).sudo()
        runs = self.env["ar.run"].sudo()

        def count(number):
            partners = self.env["res.partner"].create(
                [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(number)]
            )
            for partner in partners:
                self.late_invoice(20, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            self.policy._get_rules()
            before = self.env.cr.sql_log_count
            outcomes = job._job_process(partners, run)
            self.env.flush_all()
            self.assertEqual({outcome.kind for outcome in outcomes.values()}, {"reminded"})
            return self.env.cr.sql_log_count - before

        run = runs._open(job._job_config(), self.company, TODAY, "manual")
        count(1)
        self.assertEqual(count(2), count(12))
