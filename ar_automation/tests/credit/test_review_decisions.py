"""What outsiders say enters reviews, and what becomes of what reviews propose."""

from datetime import timedelta

from odoo.tests import tagged

from .common import CreditCommon


class ReviewCase(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env["ar.credit.scorecard"].ar_get_policy(cls.company)
        cls.reviews = cls.env["ar.credit.review"].with_company(cls.company)
        cls.customer = cls._customer(limit=1000.0, name="Punctual")
        for month in range(1, 7):
            age = 30 * month
            cls._pay(cls._invoice(cls.customer, 5000.0, days_ago=age), 5000.0, days_ago=age)

    def review(self, partner=None, **kwargs):
        return self.reviews.ar_review(partner or self.customer, **kwargs)

    def rate(self, score, **values):
        return self.env["ar.credit.rating"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "rating": "B",
                "score": score,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestOutsideInReviews(ReviewCase):
    def night(self, days=0):
        job = self.env["ar.job.credit.review"]
        job.ar_run_job(self.company, self.today + timedelta(days=days))
        return self.reviews.search(
            [("partner_id", "=", self.customer.id), ("is_current", "=", True)]
        )

    def test_the_newest_rating_is_a_factor(self):
        before = self.review()
        self.assertIsNone(before.facts["outside_rating"])
        self.rate(10.0)
        after = self.review()
        self.assertEqual((after.facts["outside_rating"], after.outside_rating), (10.0, 10.0))
        self.assertLess(after.payment_index, before.payment_index)
        self.rate(0.0, is_rated=False)
        self.assertIsNone(self.review().facts["outside_rating"])

    def test_what_the_rating_would_lend_caps_the_proposal(self):
        free = self.review().proposed_limit
        self.assertGreater(free, 500)
        self.rate(90.0, has_limit=True, proposed_limit=500.0)
        capped = self.review()
        self.assertEqual(capped.proposed_limit, 500.0)
        self.assertIn("would lend", capped.calculation_text)
        self.card.cap_by_rating = False
        self.assertEqual(self.review().proposed_limit, free)

    def test_a_cap_in_a_currency_without_a_rate_caps_nothing(self):
        free = self.review().proposed_limit
        lonely = self.env["res.currency"].create({"name": "XLO", "symbol": "L"})
        self.rate(90.0, has_limit=True, proposed_limit=1.0, currency_id=lonely.id)
        self.assertEqual(self.review().proposed_limit, free)

    def test_a_changed_rating_triggers_a_review_once(self):
        self.assertEqual(self.night().reason, "first")
        self.rate(0.0)
        rated = self.night(1)
        self.assertEqual((rated.reason, rated.facts["outside_rating"]), ("rating", 0.0))
        self.assertEqual(self.night(2), rated, "known")
        self.env["ar.credit.rating"].search(
            [("partner_id", "=", self.customer.id)]
        ).valid_until = self.today
        lapsed = self.night(3)
        self.assertEqual((lapsed.reason, lapsed.facts["outside_rating"]), ("rating", None))
