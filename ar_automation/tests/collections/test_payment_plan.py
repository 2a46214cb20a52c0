from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import TODAY
from .test_promise import GROUP, PromiseCommon


class PlanCommon(PromiseCommon):
    def plan(self, invoices, count=3, first=TODAY, **kwargs):
        items = self.env["account.move.line"]
        for invoice in invoices:
            items += self.item(invoice)
        return self.env["ar.payment.plan"].ar_propose(items, count, first, **kwargs)

    def watch(self, day):
        with freeze_time(day):
            return self.env["ar.job.collections.plan"].ar_run_job(self.company, day)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPaymentPlan(PlanCommon):
    """A plan from the proposal to its end, good or bad."""

    def test_paid_off(self):
        invoice = self.late_invoice(20)
        plan = self.plan([invoice])
        self.assertEqual(plan.instalment_ids.mapped("amount"), [33.34, 33.33, 33.33])
        plan.ar_offer()
        plan.ar_accept("Ann Miller")
        self.assertEqual(
            (plan.state, plan.signed_by, plan.next_date), ("active", "Ann Miller", TODAY)
        )
        self.pay(invoice, TODAY, 50.0)
        self.watch(TODAY + timedelta(days=10))
        self.assertEqual(plan.instalment_ids.mapped("paid"), [33.34, 16.66, 0.0])
        self.assertEqual(plan.state, "active")
        self.pay(invoice, TODAY + timedelta(days=20))
        self.watch(TODAY + timedelta(days=21))
        self.assertEqual((plan.state, plan.paid), ("done", 100.0))

    def test_dunning_is_quiet_while_it_is_kept_and_goes_on_after_a_default(self):
        invoice = self.late_invoice(4)
        self.run_day()
        plan = self.plan([invoice], first=TODAY + timedelta(days=1))
        plan.ar_accept("Ann")
        run = self.run_day(TODAY + timedelta(days=20))
        self.assertFalse(run.notice_ids)
        self.assertIn(plan.name, self.skipped(run)[self.partner_a.id])
        self.watch(TODAY + timedelta(days=4))
        self.assertEqual(plan.state, "active")
        self.watch(TODAY + timedelta(days=5))
        self.assertEqual(plan.state, "default")
        self.assertIn("33.34", plan.state_reason)
        self.assertTrue(plan.activity_ids)
        day = TODAY + timedelta(days=8)
        self.assertEqual(self.run_day(day).notice_ids.level_id, self.levels[1])
        broken = self.env["ar.promise"].ar_count_broken(self.partner_a, self.company, day)
        self.assertEqual(broken, {self.partner_a.id: 1})

    def test_nobody_is_in_default_of_what_the_bank_has_not_told(self):
        self.bank_line(TODAY)
        plan = self.plan([self.late_invoice(20)], first=TODAY + timedelta(days=1))
        plan.ar_accept("Ann")
        self.watch(TODAY + timedelta(days=30))
        self.assertEqual(plan.state, "active")

    def test_interest_is_invoiced_paid_and_credited_on_cancellation(self):
        invoice = self.late_invoice(20)
        plan = self.plan([invoice], interest=6.0)
        self.assertEqual(plan.total, 106.0)
        self.assertEqual(plan.instalment_ids.mapped("interest"), [2.0, 2.0, 2.0])
        self.assertFalse(plan.interest_move_id)
        plan.ar_accept("Ann")
        interest = plan.interest_move_id
        self.assertRecordValues(
            interest, [{"state": "posted", "amount_total": 6.0, "amount_tax": 0.0}]
        )
        self.assertEqual(interest.invoice_date_due, TODAY + relativedelta(months=2))
        plan.action_cancel()
        self.assertEqual((plan.state, interest.payment_state), ("cancelled", "reversed"))
        self.assertTrue(self.run_day().notice_ids)

    def test_with_interest_it_is_paid_off_when_the_interest_is(self):
        invoice = self.late_invoice(20)
        plan = self.plan([invoice], count=1, interest=6.0)
        plan.ar_accept("Ann")
        self.pay(invoice, TODAY)
        self.watch(TODAY + timedelta(days=1))
        self.assertEqual((plan.state, plan.paid), ("active", 100.0))
        self.pay(plan.interest_move_id, TODAY)
        self.watch(TODAY + timedelta(days=2))
        self.assertEqual(plan.state, "done")

    def test_cancelling_restores(self):
        plan = self.plan([self.late_invoice(20)])
        plan.ar_accept("Ann")
        self.assertFalse(self.run_day().notice_ids)
        plan.action_cancel()
        self.assertEqual(
            self.run_day(TODAY + timedelta(days=1)).notice_ids.level_id, self.levels[0]
        )
        with self.assertRaises(UserError):
            plan.action_cancel()
        with self.assertRaises(UserError):
            plan.unlink()

    def test_an_offer_alone_pauses_nothing_and_lapses(self):
        plan = self.plan([self.late_invoice(20)], first=TODAY + timedelta(days=5))
        plan.ar_offer()
        self.assertTrue(self.run_day().notice_ids)
        self.watch(TODAY + timedelta(days=5))
        self.assertEqual(plan.state, "offered")
        self.watch(TODAY + timedelta(days=6))
        self.assertEqual(plan.state, "cancelled")

    def test_it_replaces_promises(self):
        invoice = self.late_invoice(20)
        promise = self.promise()
        self.plan([invoice]).ar_accept("Ann")
        self.assertEqual(promise.state, "replaced")

    def test_refused_in_words(self):
        invoice, foreign = self.late_invoice(20), self.late_invoice(20, partner=self.partner_b)
        past = TODAY - timedelta(days=1)
        for words, call in (
            ("cannot be larger than the debt", lambda: self.plan([invoice], amount=100.01)),
            ("customers", lambda: self.plan([invoice, foreign])),
            ("has passed", lambda: self.plan([invoice], first=past)),
            ("cannot be divided", lambda: self.plan([invoice], count=0)),
            ("cannot be divided", lambda: self.plan([invoice], count=121)),
            ("cannot be divided", lambda: self.plan([invoice], interest=-1)),
            ("cannot be divided", lambda: self.plan([invoice], amount=0)),
            ("Choose the open invoices", lambda: self.plan([])),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                call()
        plan = self.plan([invoice])
        with self.assertRaisesRegex(UserError, "already"):
            self.plan([invoice])
        self.pay(invoice, TODAY, 10.0)
        with self.assertRaisesRegex(UserError, "still open"):
            plan.ar_accept("Ann")
        self.pay(invoice, TODAY)
        plan.action_cancel()
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.plan([invoice])

    def test_who_may(self):
        invoice = self.late_invoice(20)
        auditor = new_test_user(self.env, login="plan_auditor", groups=GROUP + "auditor")
        plans = self.env["ar.payment.plan"].with_user(auditor)
        with self.assertRaises(AccessError):
            plans.ar_propose(self.item(invoice), 3, TODAY)
        plan = self.plan([invoice])
        with self.assertRaises(AccessError):
            plan.with_user(auditor).action_accept()

    def test_the_dialog_and_the_form(self):
        invoice = self.late_invoice(20)
        action = self.partner_a.action_ar_propose_plan()
        wizards = self.env["ar.payment.plan.propose"].with_company(self.company)
        with Form(wizards.with_context(**action["context"])) as form:
            self.assertEqual(form.amount, 100.0)
            form.count = 4
            form.every = "week"
        plan = self.env["ar.payment.plan"].browse(form.record.action_confirm()["res_id"])
        self.assertEqual(plan.item_ids.move_id, invoice)
        self.assertEqual(
            plan.instalment_ids.mapped("date"), [TODAY + timedelta(days=7 * n) for n in range(4)]
        )
        with Form(plan) as form:
            self.assertEqual(form.total, 100.0)
        composer = plan.action_offer()
        self.assertEqual(plan.state, "offered")
        with Form(self.env["mail.compose.message"].with_context(**composer["context"])) as mail:
            self.assertIn(plan.name, mail.subject)
            self.assertIn(f"/my/payment-plans/{plan.id}?access_token=", str(mail.body))
        mail.record.action_send_mail()
        self.assertIn("25.00", plan.message_ids[0].body)
