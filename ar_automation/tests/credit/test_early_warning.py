from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CreditCommon
from .test_payment_model import made_up_history


@tagged("post_install", "-at_install")
class TestEarlyWarning(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.responsible_id = cls.user_of["credit"]
        cls.signals = cls.env["ar.credit.signal"]
        cls.customer = cls._customer(name="Punctual")
        for month in range(1, 7):
            cls._paid(cls.customer, 30 * month, late=0)

    @classmethod
    def _paid(cls, partner, age, late):
        cls._pay(cls._invoice(partner, 100.0, days_ago=age), 100.0, days_ago=age - late)

    def run_night(self, days=0):
        self.env["ar.job.credit.warning"].ar_run_job(
            self.company, self.today + timedelta(days=days)
        )

    def told(self, partner=None):
        partner = partner or self.customer
        return self.signals.search([("partner_id", "=", partner.id)], order="id")

    def activities(self, partner=None):
        kind = self.env.ref("ar_automation.mail_activity_type_credit_warning")
        return (partner or self.customer).activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_first_time_late_is_told_once(self):
        self._invoice(self.customer, 100.0, days_ago=3)
        self.run_night()
        self.assertEqual(self.told().mapped("kind"), ["first_late"])
        self.assertIn("6 invoices", self.told().summary)
        self.assertEqual(self.activities().user_id, self.user_of["credit"])
        for night in (1, 2, 3):
            self.run_night(night)
        self.assertEqual(len(self.told()), 1)
        self.assertEqual(len(self.activities()), 1)

    def test_told_facts_stay_told_when_the_activity_is_done(self):
        self._invoice(self.customer, 100.0, days_ago=3)
        self.run_night()
        self.activities().action_done()
        self.run_night(1)
        self.assertFalse(self.activities())

    def test_several_facts_one_activity(self):
        slow = self._customer(name="Slow")
        for month in range(2, 9):
            self._paid(slow, 30 * month, late=5)
        for age in (60, 61):
            self._invoice(slow, 100.0, days_ago=age)
        self.run_night()
        self.assertEqual(self.told(slow).mapped("kind"), ["slower", "slower"])
        self.assertEqual(len(self.activities(slow)), 1)
        self.assertEqual(self.activities(slow).note.count("<li>"), 2)
        # a new fact is added to the activity that is open
        self._invoice(slow, 100.0, days_ago=62)
        self.run_night(1)
        self.assertEqual(len(self.activities(slow)), 1)
        self.assertEqual(self.activities(slow).note.count("<li>"), 3)

    def test_what_is_usual_is_not_told(self):
        slow = self._customer(name="Slow as ever")
        for month in range(2, 9):
            self._paid(slow, 30 * month, late=20)
        self._invoice(slow, 100.0, days_ago=15)
        self.run_night()
        self.assertFalse(self.told(slow))

    def test_jump_of_orders(self):
        for age in (40, 80, 120, 160):
            order = self._order(self.customer, 100.0)
            order.action_confirm()
            order.date_order = fields.Datetime.now() - timedelta(days=age)
        big = self._order(self.customer, 1000.0)
        big.action_confirm()
        self.run_night()
        self.assertEqual(self.told().mapped("kind"), ["order_spike"])
        self.run_night(1)
        self.assertEqual(len(self.told()), 1)

    def test_several_of_a_group_are_late(self):
        holding = self._customer(name="Holding")
        members = [
            self._customer(name=name, parent_id=holding.id) for name in ("North", "South", "East")
        ]
        for member in members[:2]:
            for month in range(2, 6):
                self._paid(member, 30 * month, late=30)
            self._invoice(member, 100.0, days_ago=20)
        self._invoice(members[2], 100.0)
        self.run_night()
        for member in members[:2]:
            self.assertIn("group_late", self.told(member).mapped("kind"))
        self.assertFalse(self.told(members[2]))

    def test_cover_that_ends_is_told_once(self):
        self.env["ar.credit.instrument"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "insurance",
                "reference": "POL-7",
                "amount": 500.0,
                "valid_until": self.today + timedelta(days=20),
            }
        )
        self.run_night()
        self.run_night(1)
        self.assertEqual(self.told().mapped("kind"), ["cover_ending"])
        self.assertIn("POL-7", self.told().summary)

    def test_rights(self):
        self._invoice(self.customer, 100.0, days_ago=3)
        self.run_night()
        signal = self.told()
        signal.with_user(self.user_of["collector"]).read(["summary"])
        with self.assertRaises(AccessError):
            signal.with_user(self.user_of["sales"]).read(["summary"])
        with self.assertRaises(AccessError):
            signal.with_user(self.user_of["credit"]).unlink()


@tagged("post_install", "-at_install")
class TestPaymentForecast(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["ar.payment.model"].ar_get_policy(cls.company)

    def test_short_history_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "too short a history"):
            self.model.with_user(self.user_of["credit"]).action_fit()

    def test_only_credit_managers_fit(self):
        with self.assertRaises(AccessError):
            self.model.with_user(self.user_of["collector"]).action_fit()

    def test_fit_is_shown_before_it_is_accepted(self):
        self._invoice(self._customer(), 50.0)
        patched = patch.object(
            type(self.model), "_prepare_history", lambda *_args: made_up_history()
        )
        self.enterContext(patched)
        model = self.model.with_user(self.user_of["credit"])
        action = model.action_fit()
        wizard = (
            self.env[action["res_model"]].with_user(self.user_of["credit"]).browse(action["res_id"])
        )
        self.assertFalse(model.fitted_date)
        self.assertIn("own mean so far", wizard.comparison)
        self.assertGreater(wizard.test_count, 200)
        self.assertTrue(wizard.is_better)
        wizard.action_accept()
        self.assertTrue(model.fitted_date)
        self.assertAlmostEqual(model.electronic, -6.0, delta=0.7)
        self.assertAlmostEqual(model.spread, 3.0, delta=0.5)

    def test_forecast_of_an_invoice(self):
        slow, fast = self._customer(name="Slow"), self._customer(name="Fast")
        for partner, late in ((slow, 25), (fast, 0)):
            for month in range(2, 8):
                invoice = self._invoice(partner, 100.0, days_ago=30 * month)
                self._pay(invoice, 100.0, days_ago=30 * month - late)
        invoices = self._invoice(slow, 100.0) + self._invoice(fast, 100.0)
        forecasts = self.env["ar.payment.model"].ar_forecast(invoices)
        slow_forecast, fast_forecast = (forecasts[invoice.id] for invoice in invoices)
        self.assertGreater(slow_forecast.probability_very_late, 0.5)
        self.assertGreater(slow_forecast.expected_late, fast_forecast.expected_late + 10)

    def test_coefficients_out_of_range_are_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.model.half_life = 0
            self.model.flush_recordset()
        with Form(self.model) as form:
            form.electronic = -5.0
        self.assertEqual(self.model.electronic, -5.0)
