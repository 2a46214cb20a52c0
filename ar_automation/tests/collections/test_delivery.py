import email
from datetime import timedelta
from email import policy as email_policy
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...models.automation.postman import Postman
from ...models.collections import reminder_bundle
from ..automation.smtp_sink import open_sink
from .common import TODAY, DunningCommon

NOISY = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.ar_automation.models.automation.job_runner",
)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDelivery(DunningCommon):
    """What happens between a decision and the customer's mailbox."""

    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.company.email = "receivables@example.com"

    def decide(self, day=TODAY):
        self.env["ar.job.collections.dunning"].ar_run_job(self.company, day)
        return self.env["ar.dunning.notice"].search([("company_id", "=", self.company.id)])

    def deliver(self, day=TODAY):
        return self.env["ar.job.collections.delivery"].ar_run_job(self.company, day)

    def test_the_mail_as_the_customer_gets_it(self):
        invoice = self.late_invoice(20)
        notice = self.run_day().notice_ids
        [(recipients, raw)] = self.sink.messages
        self.assertEqual(recipients, ["a@example.com"])
        message = email.message_from_bytes(raw, policy=email_policy.default)
        self.assertIn("friendly reminder", message["Subject"])
        self.assertIn("receivables@example.com", message["Reply-To"])
        for kind in ("html", "plain"):
            text = message.get_body((kind,)).get_content()
            self.assertIn(invoice.name, text)
            self.assertIn("100.00", text)
        [attachment] = message.iter_attachments()
        self.assertIn("Statement of account", attachment.get_filename())
        self.assertEqual(notice.state, "sent")
        self.deliver()
        self.assertEqual(len(self.sink.messages), 1)

    def test_paid_between_decision_and_sending(self):
        invoice = self.late_invoice(20)
        notice = self.decide()
        self._register_payment(invoice)
        run = self.deliver()
        self.assertEqual((notice.state, run.ar_count_by_kind()), ("cancelled", {"cancelled": 1}))
        self.assertIn(invoice.name, notice.state_reason)
        self.assertFalse(self.sink.messages)

    def test_partly_paid_in_between_is_decided_anew(self):
        invoice = self.late_invoice(20)
        notice = self.decide()
        self._register_payment(invoice, amount=30.0)
        self.deliver()
        self.assertEqual(notice.state, "cancelled")
        again = self.run_day(TODAY + timedelta(days=1)).notice_ids
        self.assertRecordValues(
            again, [{"amount": 70.0, "state": "sent", "level_id": self.levels[0].id}]
        )

    def test_held_or_excluded_in_between(self):
        self.late_invoice(20)
        other = self.late_invoice(20, partner=self.partner_b)
        notices = self.decide()
        self.partner_a.ar_hold_dunning(self.company, "Complaint")
        other.no_followup = True
        self.deliver()
        self.assertEqual(notices.mapped("state"), ["cancelled", "cancelled"])
        self.assertFalse(self.sink.messages)

    # --- between two of those that were made ready together

    def during_the_first(self, act):
        """Let something happen while the first reminder is handed over."""
        carry, done = Postman.carry, []

        def carry_and_act(postman, mail):
            carry(postman, mail)
            if not done:
                done.append(act())
                self.env.flush_all()

        self.startPatcher(patch.object(Postman, "carry", carry_and_act))

    def test_reminders_leave_over_one_connection(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        self.decide()
        self.deliver()
        self.assertEqual((len(self.sink.messages), self.sink.connections), (2, 1))

    def test_paid_while_another_one_leaves(self):
        self.late_invoice(20)
        invoice = self.late_invoice(20, partner=self.partner_b)
        first, second = self.decide().sorted()[::-1]
        self.during_the_first(lambda: self._register_payment(invoice))
        self.deliver()
        self.assertEqual((first.state, second.state), ("sent", "cancelled"))
        self.assertIn(invoice.name, second.state_reason)
        self.assertEqual(len(self.sink.messages), 1)
        self.assertFalse(second.mail_id, "what was prepared is gone")

    @patch.object(reminder_bundle, "FRESH", timedelta(seconds=-1))
    def test_where_sending_takes_its_time_all_is_looked_at_again(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        first, second = self.decide().sorted()[::-1]
        self.during_the_first(lambda: self.partner_b.ar_hold_dunning(self.company, "Complaint"))
        self.deliver()
        self.assertEqual((first.state, second.state), ("sent", "cancelled"))

    @patch.object(reminder_bundle, "FRESH", timedelta(seconds=-1))
    def test_a_new_address_is_not_ignored(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        self.decide()

        def move():
            self.partner_b.email = "new@example.com"

        self.during_the_first(move)
        self.deliver()
        self.deliver(TODAY + timedelta(days=1))
        taken = [address for to, _raw in self.sink.messages for address in to]
        self.assertEqual(taken, ["a@example.com", "new@example.com"])

    def test_called_off_while_another_one_leaves(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        first, second = self.decide().sorted()[::-1]
        self.during_the_first(second.action_cancel)
        run = self.deliver()
        self.assertEqual((first.state, second.state), ("sent", "cancelled"))
        self.assertIn("Called off", "".join(run.line_ids.mapped("message")))

    def test_two_reminders_of_customers_that_became_one(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        first, second = self.decide().sorted()[::-1]
        self.env.cr.execute(
            "UPDATE ar_dunning_notice SET partner_id = %s WHERE id = %s",
            [self.partner_a.id, second.id],
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET partner_id = %s WHERE id IN %s",
            [self.partner_a.id, tuple(second.line_ids.move_line_id.ids)],
        )
        self.env.invalidate_all()
        self.deliver()
        self.assertEqual((first.state, second.state), ("sent", "cancelled"))
        self.assertIn("reminded meanwhile", second.state_reason)

    def test_a_mail_that_certainly_did_not_leave_shows_nowhere(self):
        self.late_invoice(20)
        notice = self.decide()
        self.sink.answers = {"RCPT": b"550 no such user"}
        with mute_logger(*NOISY):
            self.deliver()
        self.assertEqual(notice.state, "ready")
        self.assertFalse(notice.mail_id)
        self.assertFalse(self.partner_a.message_ids.filtered("subject"))

    def test_a_mail_that_may_have_left_shows_and_is_settled(self):
        self.late_invoice(20)
        notice = self.decide()
        self.sink.answers = {"END": None}
        with mute_logger(*NOISY):
            self.deliver()
        self.assertEqual((notice.state, notice.mail_id.state), ("unknown", "ar_held"))
        row = self.env["ar.exception"].search(
            [("res_id", "=", notice.id), ("res_model", "=", notice._name)]
        )
        row.action_was_done()
        self.assertEqual((notice.state, notice.mail_id.state), ("sent", "sent"))

    def test_statements_per_reminder_do_not_grow(self):
        def statements(count):
            for number in range(count):
                partner = self.env["res.partner"].create(
                    {"name": f"C{number}", "email": f"c{number}@example.com"}
                )
                self.late_invoice(20, partner=partner)
            self.decide()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.deliver()
            return self.env.cr.sql_log_count - before

        self.levels.attach_statement = False
        statements(1)  # warm caches
        few, many = statements(4), statements(20)
        self.assertLess((many - few) / 16, 30)

    # --- other things that happen in between

    def test_bank_data_gone_stale_in_between(self):
        self.late_invoice(20)
        self.bank_line(TODAY)
        notice = self.decide()
        self.deliver(TODAY + timedelta(days=10))
        self.assertEqual(notice.state, "cancelled")

    def test_a_cancelled_reminder_frees_its_level(self):
        self.late_invoice(20)
        notice = self.decide()
        notice.action_cancel()
        self.assertFalse(notice.line_ids.is_live)
        self.assertEqual(
            self.run_day(TODAY + timedelta(days=1)).notice_ids.level_id, self.levels[0]
        )

    def test_a_sent_reminder_cannot_be_cancelled_or_deleted(self):
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        with self.assertRaises(UserError):
            notice.action_cancel()
        with self.assertRaises(UserError):
            notice.unlink()

    def test_customer_without_address_waits_in_the_inbox(self):
        self.partner_a.email = False
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertEqual(notice.state, "failed")
        row = self.env["ar.exception"].search(
            [("res_model", "=", notice._name), ("res_id", "=", notice.id)]
        )
        self.assertEqual((row.code, row.state), ("dunning.no_address", "open"))
        self.partner_a.email = "new@example.com"
        row.action_retry()
        self.deliver()
        self.assertEqual(
            (notice.state, notice.recipient, row.state), ("sent", "new@example.com", "resolved")
        )

    def test_mail_server_down_is_tried_again(self):
        self.late_invoice(20)
        self.sink.answers = {"MAIL": None}
        with mute_logger(*NOISY):
            notice = self.run_day().notice_ids
        self.assertEqual(notice.state, "ready")
        row = self.env["ar.exception"].search(
            [("res_id", "=", notice.id), ("res_model", "=", notice._name)]
        )
        self.assertEqual(row.state, "waiting")
        self.sink.answers = {}
        with freeze_time(TODAY + timedelta(days=1)):
            self.deliver(TODAY + timedelta(days=1))
        self.assertEqual(notice.state, "sent")
        self.assertEqual(len(self.sink.messages), 1)

    def test_unknown_outcome_is_shown_and_settled_by_a_person(self):
        self.late_invoice(20)
        self.sink.answers = {"END": None}
        with mute_logger(*NOISY):
            notice = self.run_day().notice_ids
        self.assertEqual(notice.state, "unknown")
        self.sink.answers = {}
        self.deliver()
        self.assertFalse(self.sink.messages)
        row = self.env["ar.exception"].search(
            [("res_id", "=", notice.id), ("res_model", "=", notice._name)]
        )
        row.action_was_not_done()
        self.assertEqual(notice.state, "ready")
        self.deliver()
        self.assertEqual((notice.state, len(self.sink.messages)), ("sent", 1))

    def test_line_breaks_in_names_do_not_reach_the_headers(self):
        self.levels[0].template_id.subject = "To {{ object.partner_id.name }}"
        self.partner_a.name = "Evil\r\nBcc: thief@example.org"
        self.late_invoice(20)
        self.run_day()
        headers = self.sink.messages[0][1].split(b"\r\n\r\n")[0]
        self.assertNotIn(b"\r\nBcc:", headers)

    def test_every_step_is_in_the_audit_trail(self):
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        events = self.env["ar.audit.event"].search(
            [("res_model", "=", notice._name), ("res_id", "=", notice.id)]
        )
        self.assertEqual(set(events.mapped("code")), {"dunning.decided", "dunning.sent"})
        self.assertFalse(self.env["ar.audit.event"].ar_verify_chains(self.company))
