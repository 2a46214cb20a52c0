from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import TODAY, DunningCommon

GROUP = "ar_automation.ar_automation_group_"
IN_A_WEEK = TODAY + timedelta(days=7)


class PromiseCommon(DunningCommon):
    def promise(self, day=IN_A_WEEK, amount=100.0, items=None, **kwargs):
        return self.env["ar.promise"].ar_register(
            self.partner_a, day, amount, items, company=self.company, **kwargs
        )

    def item(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def judge(self, day):
        with freeze_time(day):
            return self.env["ar.job.collections.promise"].ar_run_job(self.company, day)

    def pay(self, invoice, day, amount=None):
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        vals = {"payment_date": day, **({"amount": amount} if amount else {})}
        payment.create(vals)._create_payments()


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPromise(PromiseCommon):
    """A promise from its registration to what it does to reminders and to the score."""

    def test_kept(self):
        invoice = self.late_invoice(20)
        promise = self.promise()
        self.assertEqual(promise.line_ids.move_line_id, self.item(invoice))
        self.judge(TODAY + timedelta(days=1))
        self.assertEqual((promise.state, promise.state_reason), ("open", ""))
        self.pay(invoice, TODAY + timedelta(days=2))
        run = self.judge(TODAY + timedelta(days=3))
        self.assertEqual(run.ar_count_by_kind(), {"kept": 1})
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "kept",
                    "paid_amount": 100.0,
                    "judged_date": TODAY + timedelta(days=3),
                    "grace_days": 3,
                }
            ],
        )
        self.assertIn("kept", self.partner_a.message_ids[0].body)
        self.assertEqual(self.partner_a.with_company(self.company).ar_promise_kept_share, 100)

    def test_partly_kept_and_late(self):
        invoice, other = self.late_invoice(20), self.late_invoice(10)
        promise = self.promise(amount=200.0)
        self.pay(invoice, IN_A_WEEK, 70.0)
        self.pay(other, IN_A_WEEK + timedelta(days=4))
        self.judge(IN_A_WEEK + timedelta(days=3))
        self.assertEqual(promise.state, "open")
        self.judge(IN_A_WEEK + timedelta(days=4))
        self.assertEqual((promise.state, promise.paid_amount), ("partly", 70.0))

    def test_credited_is_no_broken_promise(self):
        invoice = self.late_invoice(20)
        promise = self.promise()
        invoice._reverse_moves(cancel=True)
        self.judge(IN_A_WEEK + timedelta(days=9))
        self.assertEqual(promise.state, "lifted")

    def test_nothing_is_judged_on_bank_data_that_ends_too_early(self):
        self.late_invoice(20)
        self.bank_line(TODAY)
        promise = self.promise()
        self.judge(IN_A_WEEK + timedelta(days=9))
        self.assertEqual(promise.state, "open")
        self.assertIn("Bank data", promise.state_reason)
        self.bank_line(IN_A_WEEK + timedelta(days=9))
        self.judge(IN_A_WEEK + timedelta(days=10))
        self.assertEqual(promise.state, "broken")

    def test_what_was_paid_before_does_not_keep_a_promise(self):
        invoice = self.late_invoice(20)
        self.pay(invoice, TODAY, 40.0)
        promise = self.promise(amount=60.0)
        self.judge(IN_A_WEEK + timedelta(days=9))
        self.assertEqual((promise.state, promise.paid_amount), ("broken", 0.0))

    def test_an_amount_takes_the_oldest_items_first(self):
        old, new = self.late_invoice(20), self.late_invoice(5)
        promise = self.promise(amount=130.0)
        self.assertRecordValues(
            promise.line_ids,
            [
                {"move_line_id": self.item(old).id, "amount": 100.0},
                {"move_line_id": self.item(new).id, "amount": 30.0},
            ],
        )

    def test_foreign_currency(self):
        currency = self.setup_other_currency("EUR")
        invoice = self.late_invoice(20, currency_id=currency.id)
        promise = self.promise(items=self.item(invoice))
        self.assertEqual(promise.currency_id, currency)
        self.pay(invoice, TODAY + timedelta(days=1))
        self.judge(TODAY + timedelta(days=2))
        self.assertEqual((promise.state, promise.paid_amount), ("kept", 100.0))

    # --- what is refused, in words

    def test_refused_in_words(self):
        invoice = self.late_invoice(20)
        foreign = self.item(self.late_invoice(20, partner=self.partner_b))
        for words, kwargs in (
            ("has passed", {"day": TODAY - timedelta(days=1)}),
            ("only .*100.00 are open", {"amount": 150.0}),
            ("above zero", {"amount": 0.0}),
            ("above zero", {"amount": -5.0}),
            ("Not open, or not owed", {"items": self.item(invoice) | foreign}),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.promise(**kwargs)
        promise = self.promise(amount=150.0, accept_excess=True)
        self.assertEqual((promise.amount, promise.line_ids.amount), (150.0, 100.0))
        self.pay(invoice, TODAY)
        with self.assertRaisesRegex(UserError, "owes nothing"):
            self.promise()

    def test_a_later_promise_replaces_the_earlier_one(self):
        self.late_invoice(20)
        first, second = self.promise(), self.promise(IN_A_WEEK + timedelta(days=7))
        self.assertEqual((first.state, second.state), ("replaced", "open"))
        second.action_withdraw()
        self.assertEqual(second.state, "withdrawn")
        with self.assertRaises(UserError):
            second.action_withdraw()
        with self.assertRaises(UserError):
            second.unlink()

    # --- dunning

    def test_dunning_waits_for_it(self):
        invoice = self.late_invoice(20)
        self.promise()
        items = self.item(invoice)
        until, sentence = self.env["ar.promise"].ar_get_paused(items, TODAY)[items.id]
        self.assertEqual(until, IN_A_WEEK + timedelta(days=3))
        self.assertIn("promised", sentence)
        run = self.run_day()
        self.assertFalse(run.notice_ids)
        self.assertIn("promised", self.skipped(run)[self.partner_a.id])

    def test_what_was_not_promised_is_reminded(self):
        promised, other = self.late_invoice(20), self.late_invoice(10)
        self.promise(items=self.item(promised))
        self.assertEqual(self.run_day().notice_ids.line_ids.move_id, other)

    def test_a_promise_between_decision_and_sending_stops_the_reminder(self):
        self.late_invoice(20)
        self.env["ar.job.collections.dunning"].ar_run_job(self.company, TODAY)
        notice = self.env["ar.dunning.notice"].search([("company_id", "=", self.company.id)])
        self.promise()
        self.env["ar.job.collections.delivery"].ar_run_job(self.company, TODAY)
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("promised", notice.state_reason)

    def test_broken_goes_on_one_level_up(self):
        invoice = self.late_invoice(4)
        self.assertEqual(self.run_day().notice_ids.level_id, self.levels[0])
        self.promise(TODAY + timedelta(days=1))
        day = TODAY + timedelta(days=7)
        self.judge(day)
        notice = self.run_day(day).notice_ids
        # 11 days late; the second level is for 15, and comes at once all the same
        self.assertEqual((notice.level_id, notice.line_ids.move_id), (self.levels[1], invoice))
        self.assertFalse(self.run_day(day + timedelta(days=7)).notice_ids)

    def test_broken_goes_on_where_it_stood_if_the_company_says_so(self):
        self.company.ar_promise_broken = "same_level"
        self.late_invoice(4)
        self.run_day()
        self.promise(TODAY + timedelta(days=1))
        day = TODAY + timedelta(days=7)
        self.judge(day)
        self.assertFalse(self.run_day(day).notice_ids)

    # --- the score

    def test_broken_promises_reach_the_score_and_a_review(self):
        self.late_invoice(20)
        reviews = self.env["ar.credit.review"].with_company(self.company)
        reviews.ar_review(self.partner_a, TODAY)
        hook = reviews._prepare_broken_promises
        both = self.partner_a | self.partner_b
        self.assertEqual(hook(both, self.company, TODAY), {})
        self.promise(TODAY)
        day = TODAY + timedelta(days=4)
        self.judge(day)
        self.assertEqual(hook(both, self.company, day), {self.partner_a.id: 1})
        self.assertEqual(hook(both, self.company, day + timedelta(days=400)), {})
        job = self.env["ar.job.credit.review"]
        self.assertEqual(
            job._prepare_triggers(self.company, day), {self.partner_a.id: "broken_promise"}
        )
        reviews.ar_review(self.partner_a, day)
        self.assertEqual(job._prepare_triggers(self.company, day), {})

    # --- how many statements, and who may

    def test_statements_do_not_grow_with_promises(self):
        counts = []
        for number in (2, 20):
            items = [self.item(self.late_invoice(20, amount=10.0 + n)) for n in range(number)]
            promises = self.env["ar.promise"]
            for item in items:
                promises += self.promise(amount=item.amount_residual, items=item)
            self.env.invalidate_all()
            day = IN_A_WEEK + timedelta(days=9)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            promises.ar_judge(self.company, day)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(promises.mapped("state")), {"broken"})
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_who_may(self):
        self.late_invoice(20)
        auditor, collector = (
            new_test_user(self.env, login=f"p_{role}", groups=GROUP + role)
            for role in ("auditor", "collector")
        )
        for user in (auditor, collector):
            user.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.env["ar.promise"].with_user(auditor).ar_register(self.partner_a, IN_A_WEEK, 5)
        promise = (
            self.env["ar.promise"].with_user(collector).ar_register(self.partner_a, IN_A_WEEK, 5)
        )
        self.assertEqual(promise.user_id, collector)
        with self.assertRaises(AccessError):
            promise.write({"state": "kept"})
        with self.assertRaises(AccessError):
            promise.with_user(auditor).action_withdraw()
        stranger = new_test_user(
            self.env,
            login="p_stranger",
            groups=GROUP + "supervisor",
            company_id=self.setup_other_company()["company"].id,
        )
        with self.assertRaises(AccessError):
            promise.with_user(stranger).read(["amount"])

    def test_the_dialog(self):
        invoice = self.late_invoice(20)
        self.late_invoice(-20)
        action = self.partner_a.action_ar_register_promise()
        wizards = self.env["ar.promise.register"].with_company(self.company)
        with Form(wizards.with_context(**action["context"])) as form:
            self.assertEqual(form.amount, 100.0)
            form.date = IN_A_WEEK
            form.amount = 120.0
            self.assertTrue(form.is_excess)
            form.accept_excess = True
        promise = self.env["ar.promise"].browse(form.record.action_confirm()["res_id"])
        self.assertEqual((promise.line_ids.move_id, promise.amount), (invoice, 120.0))
        self.assertIn("120", promise.display_name)
