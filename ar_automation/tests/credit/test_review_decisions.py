"""What outsiders say enters reviews, and what becomes of what reviews propose."""

from datetime import timedelta

from odoo import Command
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
        self.assertRegex(capped.calculation_text, r"no more than its outside rating would lend \(")
        self.assertNotIn("rounded down:", capped.calculation_text, "the rating is what caps it")
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


@tagged("post_install", "-at_install")
class TestReviewDecisions(ReviewCase):
    def setUp(self):
        super().setUp()
        self.senior = self._colleague("senior")
        self._band(0, 1500, [self.user_of["credit"]], kind="limit")
        self._band(1500, 0, [self.senior], kind="limit")
        self.proposal = self.review().with_user(self.user_of["credit"])
        self.assertEqual(self.proposal.state, "proposed")
        self.assertGreater(self.proposal.proposed_limit, 1500)

    def limit(self):
        return self.customer.with_company(self.company).credit_limit

    def request_of(self, review):
        return self.env["ar.credit.request"].search([("review_id", "=", review.id)])

    def test_beyond_the_band_an_approval_asks_and_the_review_follows(self):
        self.proposal.ar_decide("approved", "fits")
        request = self.request_of(self.proposal)
        self.assertEqual((self.proposal.state, request.state), ("requested", "open"))
        self.assertEqual((request.user_id, self.limit()), (self.senior, 1000.0))
        request.with_user(self.senior).ar_approve("known for years")
        self.assertEqual((self.proposal.state, self.limit()), ("approved", request.amount))
        self.assertEqual(self.proposal.decided_by_id, self.senior)

    def test_a_rejected_request_rejects_its_review(self):
        self.proposal.ar_decide("approved", "fits")
        self.request_of(self.proposal).with_user(self.senior).ar_reject("not now")
        self.assertEqual((self.proposal.state, self.limit()), ("rejected", 1000.0))
        self.assertEqual(self.proposal.decision_reason, "not now")

    def test_a_newer_review_closes_the_request(self):
        self.proposal.ar_decide("approved", "fits")
        self.review()
        self.assertEqual(self.request_of(self.proposal).state, "closed")
        self.assertEqual(self.proposal.state, "superseded")

    def test_two_people_above_a_band(self):
        self.env["ar.credit.approval"].search([("kind", "=", "limit")]).unlink()
        self._band(0, 0, kind="limit", four_eyes=True)
        self.proposal.ar_decide("approved", "fits")
        request = self.request_of(self.proposal)
        self.assertEqual((request.state, self.limit()), ("second", 1000.0))
        request.with_user(self.senior).ar_approve("agreed")
        self.assertEqual((self.proposal.state, self.limit()), ("approved", request.amount))

    def test_approval_applies_the_proposed_terms(self):
        terms = self.env["account.payment.term"]
        short, long = (
            terms.create(
                {
                    "name": f"{days}",
                    "line_ids": [Command.create({"value_amount": 100, "nb_days": days})],
                }
            )
            for days in (13, 77)
        )
        customer = self.customer.with_company(self.company)
        customer.property_payment_term_id = long
        self.card.class_ids.max_terms = 13
        review = self.review()
        self.assertEqual((review.current_terms, review.proposed_terms), (77, 13))
        review.with_user(self.user_of["supervisor"]).ar_decide("approved", "shorter")
        self.assertEqual(customer.property_payment_term_id, short)
        short.line_ids.nb_days = 14
        customer.property_payment_term_id = long
        review = self.review()
        review.sudo().state = "proposed"
        review.with_user(self.user_of["supervisor"]).ar_decide("approved", "shorter")
        self.assertEqual(customer.property_payment_term_id, long)
        self.assertIn("no such payment terms", customer.message_ids[0].body)

    def test_merging_keeps_reviews_as_history(self):
        survivor = self._customer(name="Survivor")
        own = self.review(survivor)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (survivor + self.customer).ids, survivor
        )
        self.assertEqual(self.proposal.sudo().partner_id, survivor)
        self.assertEqual((self.proposal.sudo().is_current, own.is_current), (False, True))
        self.assertEqual(self.proposal.sudo().state, "superseded")
