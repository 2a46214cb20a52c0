from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditReview(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env["ar.credit.scorecard"].ar_get_policy(cls.company)
        cls.reviews = cls.env["ar.credit.review"].with_company(cls.company)
        cls.good = cls._customer(limit=1000.0, name="Punctual")
        cls.bad = cls._customer(limit=1000.0, name="Tardy")
        for month in range(1, 7):
            age = 30 * month
            cls._pay(cls._invoice(cls.good, 500.0, days_ago=age), 500.0, days_ago=age)
            cls._pay(cls._invoice(cls.bad, 500.0, days_ago=age + 60), 500.0, days_ago=age)
        cls.debt = cls._invoice(cls.bad, 700.0, days_ago=100)

    def review(self, partners=None, **kwargs):
        partners = partners or self.good + self.bad
        return {r.partner_id: r for r in self.reviews.ar_review(partners, **kwargs)}

    def test_facts_of_payments(self):
        facts = self.review()[self.bad].facts
        # 6 x 500 paid 60 days late, 700 open for 100 days
        self.assertAlmostEqual(facts["days_late"], (3000 * 60 + 700 * 100) / 3700, delta=0.1)
        self.assertEqual(facts["share_late"], 100.0)
        self.assertEqual(facts["worst_overdue"], 100.0)
        self.assertEqual(facts["limit_use"], 70.0)
        self.assertIsNone(facts["outside_rating"])
        good = self.review()[self.good].facts
        self.assertEqual((good["days_late"], good["share_late"], good["worst_overdue"]), (0, 0, 0))

    def test_index_class_and_factors_in_words(self):
        found = self.review()
        good, bad = found[self.good], found[self.bad]
        self.assertGreater(good.payment_index, 80)
        self.assertEqual(good.risk_class, "A")
        self.assertLess(bad.payment_index, 40)
        self.assertIn(bad.risk_class, "DE")
        self.assertIn("Days paid beyond terms", bad.factor_lines)
        self.assertGreater(bad.probability_late, 0.9)
        self.assertLess(good.probability_late, bad.probability_late)
        self.assertIn("needs of", good.calculation_text)
        self.assertEqual(good.next_review_date, fields.Date.add(self.today, months=12))

    def test_credit_note_says_nothing_on_payment(self):
        customer = self._customer(limit=1000.0)
        invoice = self._invoice(customer, 300.0, days_ago=90)
        refund = self._invoice(customer, 300.0, move_type="out_refund")
        lines = (invoice + refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()
        facts = self.review(customer)[customer].facts
        self.assertIsNone(facts["days_late"])
        self.assertEqual(facts["worst_overdue"], 0.0)

    def test_write_off_counts(self):
        invoice = self._invoice(self.good, 100.0, days_ago=40)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": self.company_data["default_account_expense"].id,
                            "debit": 100.0,
                        }
                    ),
                    fields.Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.good.id,
                            "credit": 100.0,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (receivable + entry.line_ids.filtered("partner_id")).reconcile()
        facts = self.review()[self.good].facts
        self.assertAlmostEqual(facts["write_offs"], 100 * 100 / 3100, delta=0.01)
        self.assertEqual(facts["days_late"], 0.0)

    def test_past_day_knows_nothing_of_later(self):
        before = self.review(self.bad, date=self.today - timedelta(days=95))[self.bad]
        # paid since, but open then: 500 due 55 days and 500 due 25 days before
        self.assertEqual(before.facts["worst_overdue"], 55.0)
        self.assertEqual(before.overdue, 1700.0)

    def test_review_of_a_past_day_does_not_replace_the_latest(self):
        latest = self.review(self.good)[self.good]
        past = self.review(self.good, date=self.today - timedelta(days=10))[self.good]
        self.assertTrue(latest.is_current)
        self.assertFalse(past.is_current)
        self.assertEqual(past.state, "kept")

    def test_new_customer_gets_the_documented_start(self):
        self.card.write({"start_limit": 400.0, "start_class": "C"})
        new = self._customer()
        self._invoice(new, 10.0)
        review = self.review(new)[new]
        self.assertTrue(review.is_new_customer)
        self.assertEqual((review.risk_class, review.proposed_limit), ("C", 400.0))
        self.assertEqual(review.state, "proposed")

    def test_new_customer_who_is_overdue_is_scored(self):
        new = self._customer()
        self._invoice(new, 10.0, days_ago=95)
        review = self.review(new)[new]
        self.assertFalse(review.is_new_customer)
        self.assertEqual(review.risk_class, "E")

    def test_change_inside_the_band_is_applied_and_told(self):
        proposed = self.review(self.good)[self.good].proposed_limit
        self.good.with_company(self.company).credit_limit = round(proposed * 0.85)
        self.card.write({"auto_percent": 25.0, "auto_up_to": 100_000.0})
        review = self.review(self.good)[self.good]
        self.assertEqual(review.state, "applied")
        self.assertEqual(self.good.with_company(self.company).credit_limit, proposed)
        event = self.env["ar.audit.event"].search(
            [("code", "=", "credit.proposal_applied")], limit=1
        )
        self.assertEqual(event.details["review"], review.id)

    def test_change_outside_the_band_waits(self):
        self.good.with_company(self.company).credit_limit = 10.0
        self.card.write({"auto_percent": 25.0, "auto_up_to": 100_000.0})
        review = self.review(self.good)[self.good].with_user(self.user_of["credit"])
        self.assertEqual(review.state, "proposed")
        self.assertEqual(self.good.with_company(self.company).credit_limit, 10.0)
        review.action_approve()
        self.assertEqual(review.state, "approved")
        self.assertEqual(review.decided_by_id, self.user_of["credit"])
        self.assertEqual(self.good.with_company(self.company).credit_limit, review.proposed_limit)
        with self.assertRaisesRegex(UserError, "does not wait"):
            review.ar_decide("rejected", "too late")

    def test_rejection_needs_a_reason_and_keeps_the_limit(self):
        self.good.with_company(self.company).credit_limit = 10.0
        review = self.review(self.good)[self.good].with_user(self.user_of["credit"])
        with self.assertRaisesRegex(UserError, "Say why"):
            review.ar_decide("rejected", "  ")
        wizard = self.env[review.action_reject()["res_model"]].browse(
            review.action_reject()["res_id"]
        )
        wizard.reason = "a guarantee is being renewed"
        wizard.action_reject()
        self.assertEqual(review.state, "rejected")
        self.assertEqual(self.good.with_company(self.company).credit_limit, 10.0)

    def test_no_credit_never_becomes_no_limit(self):
        review = self.review(self.bad)[self.bad]
        review.sudo().write({"proposed_limit": 0.0, "state": "proposed"})
        review.ar_decide("approved", False)
        limit = self.bad.with_company(self.company).credit_limit
        self.assertTrue(0 < limit <= 0.01)

    def test_newer_review_supersedes_an_undecided_one(self):
        self.good.with_company(self.company).credit_limit = 10.0
        old = self.review(self.good)[self.good]
        new = self.review(self.good)[self.good]
        self.assertEqual((old.state, old.is_current), ("superseded", False))
        self.assertEqual((new.state, new.is_current), ("proposed", True))

    def test_contact_is_reviewed_as_its_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.good.id})
        self.assertEqual(self.reviews.ar_review(contact).partner_id, self.good)
        self.assertEqual(contact.with_company(self.company).ar_risk_class, "A")

    def test_nobody_to_review(self):
        self.assertFalse(self.reviews.ar_review(self.env["res.partner"]))

    def test_statements_do_not_grow_with_customers(self):
        customers = self.good + self.bad
        for number in range(20):
            customer = self._customer(name=f"More {number}")
            self._invoice(customer, 100.0, days_ago=50)
            customers += customer
        self.reviews.ar_review(self.good)

        def count(partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.reviews.ar_review(partners)
            return self.env.cr.sql_log_count - before

        few, many = count(customers[:2]), count(customers)
        self.assertLessEqual(many, few + 4)

    # --- rights

    def test_only_credit_managers_review_and_decide(self):
        review = self.review(self.good)[self.good]
        for role in ("sales", "collector", "auditor", "invoice"):
            user = self.user_of[role]
            with self.assertRaises(AccessError):
                self.reviews.with_user(user).ar_review(self.good)
            with self.assertRaises(AccessError):
                review.with_user(user).ar_decide("approved", False)
        with self.assertRaises(AccessError):
            review.with_user(self.user_of["sales"]).read(["payment_index"])
        review.with_user(self.user_of["auditor"]).read(["payment_index", "factor_lines"])

    def test_a_review_cannot_be_rewritten(self):
        review = self.review(self.good)[self.good].with_user(self.user_of["credit"])
        with self.assertRaisesRegex(AccessError, "cannot be rewritten"):
            review.write({"proposed_limit": 1e6})
        attachment = review.env["ir.attachment"].create({"name": "balance sheet.pdf", "raw": b"x"})
        review.write({"attachment_ids": [fields.Command.link(attachment.id)]})
        self.assertEqual(review.attachment_ids, attachment)

    # --- scorecard

    def test_preview_says_who_would_change_class(self):
        self.review()
        self.assertIn("None of", self.card.preview)
        with Form(self.card) as form:
            with form.class_ids.edit(0) as line:
                line.min_index = 99.9
            self.assertIn("1 worse", form.preview)

    def test_classes_must_fall(self):
        with self.assertRaisesRegex(ValidationError, "must fall from A to E"):
            self.card.class_ids.filtered(lambda c: c.code == "B").min_index = 90

    def test_starting_class_is_needed(self):
        with self.assertRaisesRegex(ValidationError, "in which customers start"):
            self.card.class_ids.filtered(lambda c: c.code == "C").unlink()
            self.card.start_class = "C"

    def test_weights_change_the_score(self):
        before = self.review()[self.bad].payment_index
        self.card.weight_ids.filtered(lambda w: w.code == "tenure").weight = 500
        self.assertNotEqual(self.review()[self.bad].payment_index, before)

    # --- the night

    def run_night(self, date=None):
        return self.env["ar.job.credit.review"].ar_run_job(self.company, date)

    def current(self, partner):
        return self.reviews.search([("partner_id", "=", partner.id), ("is_current", "=", True)])

    def test_night_reviews_who_is_due_and_only_once(self):
        self.run_night()
        first = self.current(self.good)
        self.assertEqual(first.reason, "first")
        self.run_night()
        self.assertEqual(self.current(self.good), first)
        self.run_night(first.next_review_date)
        self.assertEqual(self.current(self.good).reason, "interval")

    def test_new_overdue_bucket_and_limit_use_are_triggers(self):
        self.run_night()
        tomorrow = self.today + timedelta(days=1)
        self._invoice(self.good, 950.0, days_ago=0)
        self.run_night(tomorrow)
        # due today: overdue tomorrow, the graver reason
        self.assertEqual(self.current(self.good).reason, "overdue_bucket")
        new = self._customer(limit=1000.0)
        self._invoice(new, 10.0, invoice_date_due=self.today + timedelta(days=60))
        self.run_night(tomorrow)
        self._invoice(new, 940.0, invoice_date_due=self.today + timedelta(days=60))
        self.run_night(tomorrow + timedelta(days=1))
        self.assertEqual(self.current(new).reason, "limit_use")
        self.run_night(tomorrow + timedelta(days=2))
        self.assertEqual(self.current(new).date, tomorrow + timedelta(days=1))

    def test_broken_promise_and_rating_are_triggers_of_other_areas(self):
        self.run_night()
        job = type(self.env["ar.job.credit.review"])
        with patch.object(
            job, "_prepare_triggers", lambda *_args: {self.good.id: "broken_promise"}
        ):
            self.run_night(self.today + timedelta(days=1))
        self.assertEqual(self.current(self.good).reason, "broken_promise")

    def test_outside_rating_is_a_factor(self):
        model = type(self.reviews)
        with patch.object(model, "_prepare_outside_ratings", lambda *_args: {self.good.id: 10.0}):
            rated = self.review()[self.good]
        self.assertEqual(rated.outside_rating, 10.0)
        self.assertLess(rated.payment_index, self.review()[self.good].payment_index)

    def test_partner_shows_score_and_history(self):
        self.review(self.good, date=self.today - timedelta(days=40))
        self.review(self.good)
        partner = self.good.with_company(self.company).with_user(self.user_of["credit"])
        self.assertEqual(partner.ar_risk_class, "A")
        self.assertIn("<svg", partner.ar_score_chart)
        self.assertIn(format_date(partner.env, self.today), partner.ar_score_chart)

    def test_score_is_known_to_the_credit_check(self):
        found = self.review()
        scores = (self.good + self.bad)._ar_get_scores(self.company)
        self.assertEqual(scores[self.good.id], int(found[self.good].payment_index))
        self.assertEqual(set(scores), {self.good.id, self.bad.id})

    def test_applied_limit_has_a_history(self):
        review = self.review(self.good)[self.good]
        review.sudo().write({"state": "proposed", "proposed_limit": 1234.0})
        review.with_user(self.user_of["credit"]).ar_decide("approved", False)
        limit = self.env["ar.credit.limit"].search([("partner_id", "=", self.good.id)], limit=1)
        self.assertEqual(limit.amount, 1234.0)
        self.assertIn(str(self.today), limit.reason)

    def test_other_company_has_its_own_reviews(self):
        other = self.setup_other_company()["company"]
        self.review(self.good)
        self.assertFalse(self.good.with_company(other).ar_credit_review_id)
        user = self.user_of["auditor"]
        self.assertFalse(
            self.env["ar.credit.review"].with_user(user).search([("company_id", "=", other.id)])
        )
