"""Ratings: ordered, entered, refreshed by night, and never a reason for an order to fail."""

import doctest
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from bank_simulator import Fault
from bank_simulator.faces.creditsafe import PASSWORD, Company, set_companies

from ...engine.credit import rating as rating_module
from ...engine.credit.rating import normalise
from .outside_case import MILL, VAT, OutsideCase


@tagged("post_install", "-at_install")
class TestNormalise(BaseCase):
    @given(
        st.decimals(0, 100, places=2), st.decimals(-99, 99, places=1), st.decimals(1, 99, places=1)
    )
    def test_a_scale_may_run_in_both_directions(self, share, start, length):
        value = start + share * length / 100
        upwards = normalise(value, worst=start, best=start + length)
        downwards = normalise(value, worst=start + length, best=start)
        self.assertTrue(0 <= upwards <= 100)
        self.assertLessEqual(abs(upwards + downwards - 100), Decimal("0.1"))

    def test_the_module_examples(self):
        self.assertFalse(doctest.testmod(rating_module).failed)

    def test_a_scale_without_length_and_a_value_outside_are_refused(self):
        for value, worst, best in ((1, 5, 5), (0, 1, 5), (6, 5, 1)):
            with self.assertRaises(ValueError):
                normalise(Decimal(value), worst=Decimal(worst), best=Decimal(best))


@tagged("post_install", "-at_install")
class TestRatings(OutsideCase):
    def rate_by_hand(self, partner=None, **values):
        return self.env["ar.credit.rating"].create(
            {
                "partner_id": (partner or self.mill).id,
                "company_id": self.company.id,
                "rating": "BB",
                "score": 60,
                **values,
            }
        )

    def test_a_rating_is_ordered_from_the_customer(self):
        partner = self.mill.with_user(self.user_of["credit"])
        action = partner.action_ar_refresh_rating()
        rating = self.env["ar.credit.rating"].browse(action["res_id"])
        self.assertRecordValues(
            rating,
            [
                {
                    "partner_id": self.mill.id,
                    "source": "bureau",
                    "rating": "B",
                    "score": 70.0,
                    "has_limit": True,
                    "proposed_limit": 50000.0,
                    "rated_on": self.today,
                    "valid_until": self.today + timedelta(days=365),
                }
            ],
        )
        self.assertEqual(self.mill.ar_rating_id, rating)
        self.assertIn("score 70.0 of 100", self.mill.message_ids[0].body)
        watch = self.bureau.watch_ids
        self.assertEqual(
            (watch.identifier, watch.refresh_date),
            (MILL.identifier, self.today + timedelta(days=90)),
        )

    def test_a_contact_has_the_rating_of_its_company(self):
        contact = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.mill.id})
        self.bureau.ar_rate(contact)
        found = self.env["ar.credit.rating"].ar_get_ratings(contact | self.mill)
        self.assertEqual(found[contact.id], found[self.mill.id])
        self.assertEqual(contact.ar_rating_id, self.mill.ar_rating_id)

    def test_the_newest_valid_rating_counts(self):
        ended = self.rate_by_hand(
            rated_on=self.today - timedelta(days=9), valid_until=self.today - timedelta(days=1)
        )
        self.assertFalse(self.mill.ar_rating_id)
        older = self.rate_by_hand(score=30, rated_on=self.today - timedelta(days=8))
        newer = self.rate_by_hand(score=40, rated_on=self.today - timedelta(days=2))
        get = self.env["ar.credit.rating"].ar_get_ratings
        self.assertEqual(get(self.mill)[self.mill.id], newer)
        self.assertEqual(get(self.mill, self.today - timedelta(days=3))[self.mill.id], older)
        self.assertEqual(get(self.mill, self.today - timedelta(days=9))[self.mill.id], ended)
        self.assertEqual(get(self.env["res.partner"]), {})
        other = self.setup_other_company()["company"]
        self.assertEqual(get(self.mill, company=other), {})

    def test_any_number_of_customers_costs_the_same(self):
        few = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(2)])
        many = few | self.env["res.partner"].create([{"name": f"D{n}"} for n in range(60)])
        for partner in many:
            self.rate_by_hand(partner)
        counts = []
        for partners in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["ar.credit.rating"].ar_get_ratings(partners)
            self.assertEqual(len({rating.score for rating in found.values()}), 1)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_rating_is_entered_with_its_scale(self):
        with Form(self.env["ar.credit.rating"]) as form:
            form.partner_id = self.mill
            form.author = "Insurer"
            form.rating = "250"
            form.scale_worst = 600
            form.scale_best = 100
        rating = form.record
        self.assertEqual((rating.score, rating.source), (70.0, "manual"))
        with self.assertRaisesRegex(ValidationError, "no number between 100"):
            rating.rating = "fine"
        with self.assertRaisesRegex(ValidationError, "no number between 100"):
            rating.rating = "601"

    def test_the_form_warns_of_a_score_that_was_left_at_zero(self):
        form = Form(self.env["ar.credit.rating"])
        hidden = form._view["tree"].xpath("//div[@name='score_of_zero']/@invisible")
        self.assertEqual(hidden, ["source != 'manual' or not is_rated or score"])
        self.assertEqual((form.source, form.is_rated, form.score), ("manual", True, 0.0))

    def test_nonsense_cannot_be_entered(self):
        for values in (
            {"score": 101},
            {"score": -1},
            {"proposed_limit": -1},
            {"valid_until": self.today - timedelta(days=1)},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.rate_by_hand(**values)
                self.env.flush_all()

    def test_what_goes_wrong_is_said_and_nothing_is_stored(self):
        partner = self.mill.with_user(self.user_of["credit"])
        for fault, words in (
            (Fault("server_error"), "Orders do not wait"),
            (Fault("slow", seconds=3), "Orders do not wait"),
            (Fault("garbage"), "Nothing was stored"),
            (Fault("mutation"), "Nothing was stored"),
            (Fault("rate_limited", seconds=60), "Try again later"),
        ):
            self.bank.scenario.switch([fault])
            with self.subTest(fault.kind), self.assertRaisesRegex(UserError, words) as caught:
                partner.action_ar_refresh_rating()
            self.assertNotIn(PASSWORD, str(caught.exception))
        self.assertFalse(self.env["ar.credit.rating"].search([("partner_id", "=", self.mill.id)]))

    def test_an_unknown_and_an_ambiguous_company_are_for_a_person(self):
        stranger = self._customer(name="Nobody", country_id=self.env.ref("base.de").id)
        with self.assertRaisesRegex(UserError, "knows no company that fits Nobody"):
            stranger.action_ar_refresh_rating()
        twins = [Company(f"DE-{number}", "Twin", "DE") for number in (1, 2)]
        set_companies(self.bank, *twins)
        twin = self._customer(name="Twin", country_id=self.env.ref("base.de").id)
        with self.assertRaisesRegex(UserError, r"several .* Twin \(DE-1\); Twin \(DE-2\)"):
            twin.action_ar_refresh_rating()
        self.env["ar.credit.watch"].create(
            {"bureau_id": self.bureau.id, "partner_id": twin.id, "identifier": "DE-2"}
        )
        twin.action_ar_refresh_rating()
        self.assertEqual(twin.ar_rating_id.rating, "B")

    def test_a_company_that_the_bureau_does_not_rate(self):
        set_companies(self.bank, Company("1", "Mill", "DE", vat="DE136695976", letter="E"))
        rating = self.bureau.ar_rate(self.mill)
        self.assertEqual((rating.is_rated, rating.score), (False, 0.0))

    def test_the_night_refreshes_what_is_due_and_only_that(self):
        self.bureau.ar_rate(self.mill)
        job = self.env["ar.job.credit.rating"]
        job.ar_run_job(self.company)
        self.assertEqual(self.count_asked()[0], 1)
        due = self.today + timedelta(days=90)
        job.ar_run_job(self.company, due, dry_run=True)
        self.assertEqual(self.count_asked()[0], 1)
        job.ar_run_job(self.company, due)
        job.ar_run_job(self.company, due)
        self.assertEqual(self.count_asked()[0], 2)
        self.assertEqual(len(self.mill.ar_rating_ids), 2)

    @mute_logger("odoo.addons.ar_automation.models.automation.job_runner")
    def test_what_fails_by_night_waits_in_the_inbox_and_is_tried_again(self):
        self.bureau.ar_rate(self.mill)
        self.bank.scenario.switch([Fault("server_error")])
        job = self.env["ar.job.credit.rating"]
        due = self.today + timedelta(days=90)
        job.ar_run_job(self.company, due)
        waiting = self.env["ar.exception"].search([("res_model", "=", "ar.credit.watch")])
        self.assertRecordValues(
            waiting,
            [{"code": "bureau.unavailable", "state": "waiting", "company_id": self.company.id}],
        )
        self.assertTrue(waiting.next_attempt_at)
        self.bank.scenario.switch([])
        waiting.action_retry()
        job.ar_run_job(self.company, due)
        self.assertEqual(waiting.state, "resolved")

    def test_a_rating_that_ran_out_and_never_came_holds_if_the_policy_says_so(self):
        self.bureau.ar_rate(self.mill)
        self.policy.when_unrated = "hold"
        self.mill.with_company(self.company).credit_limit = 1000
        ask = (1, self.company.currency_id, "order")
        self.assertEqual(self.mill.ar_check_credit(*ask).decision, "pass")
        watch = self.env["ar.credit.watch"].search([("partner_id", "=", self.mill.id)])
        watch.refresh_date = self.today - timedelta(days=2)
        self.assertEqual(self.mill.ar_check_credit(*ask).decision, "pass", "still valid")
        self.mill.ar_rating_ids.sudo().write(
            {
                "rated_on": self.today - timedelta(days=9),
                "valid_until": self.today - timedelta(days=1),
            }
        )
        found = self.mill.ar_check_credit(*ask)
        self.assertEqual([code for code, _sentence in found.reasons], ["unrated"])

    def test_an_order_never_asks_the_bureau(self):
        self.bureau.ar_rate(self.mill)
        self.mill.with_company(self.company).credit_limit = 1000
        self.server.stop()
        asked = self.count_asked()
        order = self._order(self.mill, 100).with_user(self.user_of["sales"])
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.count_asked(), asked)

    def test_the_test_button_says_whether_we_are_let_in(self):
        answer = self.bureau.action_test()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertTrue(self.bureau.last_success_at)
        self.bureau.password = "wrong-password"
        answer = self.bureau.action_test()
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertIn("does not accept the credentials", self.bureau.last_error)
        self.assertNotIn("wrong-password", str(answer))

    def test_a_neutralised_copy_asks_nobody(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        with self.assertRaisesRegex(UserError, "neutralised copy"):
            self.mill.action_ar_refresh_rating()

    def test_no_setting_leads_a_password_away(self):
        for address in ("https://evil.example/v1", "http://127.0.0.1.evil.example", "http://["):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.create_bureau(test_address=address)


@tagged("post_install", "-at_install")
class TestRatingRights(OutsideCase):
    def test_secrets_are_for_administrators(self):
        for role in ("credit", "supervisor", "auditor"):
            bureau = self.bureau.with_user(self.user_of[role])
            self.assertTrue(bureau.name)
            for secret in ("password", "username", "remembered"):
                with self.subTest(role=role, secret=secret), self.assertRaises(AccessError):
                    bureau.read([secret])
                with self.assertRaises(AccessError):
                    bureau.search([(secret, "like", "b%")])
            with self.assertRaises(AccessError):
                bureau.action_test()

    def test_who_orders_and_who_reads(self):
        rating = self.bureau.ar_rate(self.mill)
        asked = self.count_asked()
        for role in ("sales", "collector", "auditor", "invoice"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.bureau.with_user(self.user_of[role]).ar_rate(self.mill)
        self.assertEqual(self.count_asked(), asked)
        for role in ("collector", "auditor", "invoice", "credit"):
            self.assertEqual(rating.with_user(self.user_of[role]).score, 70)
            with self.assertRaises(AccessError):
                rating.with_user(self.user_of[role]).read(["raw"])
        with self.assertRaises(AccessError):
            rating.with_user(self.user_of["sales"]).read(["score"])

    def test_a_bureaus_rating_is_not_rewritten(self):
        manager = self.user_of["credit"]
        rating = self.bureau.with_user(manager).ar_rate(self.mill)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            rating.with_user(manager).score = 99
        with self.assertRaises(AccessError):
            rating.with_user(manager).unlink()

    def test_another_company_knows_nothing_of_it(self):
        rating = self.bureau.ar_rate(self.mill)
        other = self.setup_other_company()["company"]
        self.user_of["credit"].write({"company_ids": [(4, other.id)], "company_id": other.id})
        stranger = self.env["ar.credit.rating"].with_user(self.user_of["credit"])
        found = stranger.with_context(allowed_company_ids=other.ids).search([])
        self.assertNotIn(rating, found)


@tagged("post_install", "-at_install")
class TestVatChecks(OutsideCase):
    def setUp(self):
        super().setUp()
        self.customer = self._customer(
            name="NV", vat=VAT[2:], country_id=self.env.ref("base.be").id
        )

    def test_a_number_is_checked_with_proof(self):
        self.company.vat = "DE136695976"
        action = self.customer.with_user(self.user_of["credit"]).action_ar_check_vat()
        check = self.env["ar.vat.check"].browse(action["res_id"])
        self.assertRecordValues(
            check,
            [
                {
                    "partner_id": self.customer.id,
                    "number": VAT,
                    "state": "valid",
                    "name": "NV Example",
                    "address": "Street 1, 1000 Brussels",
                    "request_identifier": "WAPIAAAA00000001",
                    "answered_on": fields.Date.today(),
                }
            ],
        )
        self.assertEqual(self.customer.ar_vat_check_id, check)
        self.customer.vat = "BE0000000097"
        self.assertFalse(self.customer.ar_vat_check_id)
        self.customer.action_ar_check_vat()
        self.assertEqual(self.customer.ar_vat_check_id.state, "invalid")

    def test_a_register_that_is_down_says_nothing_about_the_number(self):
        for code in ("MS_UNAVAILABLE", "TIMEOUT", "GLOBAL_MAX_CONCURRENT_REQ", "INVALID_INPUT"):
            self.bank.settings["vies.fault"] = code
            self.customer.action_ar_check_vat()
            check = self.customer.ar_vat_check_id
            self.assertEqual(check.state, "unverified")
            self.assertIn(code, check.reason)

    def test_a_number_from_elsewhere_is_not_asked_about(self):
        check = self.env["ar.vat.check"].ar_check_number("CHE-123.456.788", self.company)
        self.assertEqual((check.state, self.count_asked()[1]), ("unverified", 0))

    def test_answers_are_evidence(self):
        check = self.env["ar.vat.check"].ar_check_number(VAT, self.company)
        for role in ("credit", "collector", "supervisor"):
            with self.subTest(role), self.assertRaises(AccessError):
                check.with_user(self.user_of[role]).state = "invalid"
        with self.assertRaises(AccessError):
            self.customer.with_user(self.user_of["sales"]).action_ar_check_vat()

    def test_the_page_credit_holds_its_parts(self):
        view = self.env["res.partner"].with_user(self.user_of["credit"]).get_view(view_type="form")
        page = etree.fromstring(view["arch"]).find(".//page[@name='ar_credit_page']")
        for name in ("ar_credit", "ar_outside"):
            self.assertIsNotNone(page.find(f".//group[@name='{name}']"), name)
        self.assertIsNone(page.find(".//xpath"))

    def test_the_form_shows_what_others_say(self):
        self.customer.action_ar_check_vat()
        with Form(self.customer.with_user(self.user_of["credit"])) as form:
            self.assertEqual(form.ar_vat_check_id.number, VAT)
