from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ...engine.credit.payment_model import PaymentModel
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

    def test_overdue_invoice_is_not_forecast_to_be_paid_before_today(self):
        customer = self._customer()
        for month in range(3, 9):
            invoice = self._invoice(customer, 100.0, days_ago=30 * month)
            self._pay(invoice, 100.0, days_ago=30 * month)
        overdue, fresh = self._invoice(customer, 100.0, days_ago=20), self._invoice(customer, 100.0)
        before = self.env["ar.payment.model"].ar_forecast(fresh)[fresh.id]
        forecast = self.env["ar.payment.model"].ar_forecast(overdue)[overdue.id]
        self.assertEqual(forecast.probability_very_late, 1.0)
        self.assertGreaterEqual(forecast.expected_late, 19.5)
        # settled, the overdue one no longer speaks of the other
        self._pay(overdue, 100.0, days_ago=20)
        after = self.env["ar.payment.model"].ar_forecast(fresh)[fresh.id]
        self.assertLess(after.probability_late, before.probability_late)

    def test_starts_with_the_coefficients_of_the_engine(self):
        self.assertEqual(self.model._prepare_model(), PaymentModel())

    def test_fit_reads_the_paid_invoices_of_the_company(self):
        paid = self._paid_invoices(customers=14, each=12)
        open_invoice = self._invoice(paid.partner_id[0], 50.0, days_ago=90)
        model = self.model.with_user(self.user_of["credit"])
        action = model.action_fit()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(open_invoice.payment_state, "not_paid")
        self.assertEqual(
            wizard.test_count, sum(move.invoice_date >= wizard.test_from for move in paid)
        )
        fitted = wizard.values
        # they pay 10 days after each customer's habit of 0, 3, … 39 days, sent ones 8 sooner
        self.assertAlmostEqual(fitted["electronic"], -8.0, delta=0.4)
        self.assertAlmostEqual(fitted["intercept"], 19.5 + 10.0, delta=2.0)
        self.assertLess(float(wizard.figures["fitted"]["error"]), 3.0)
        self.assertLess(
            float(wizard.figures["fitted"]["error"]),
            float(wizard.figures["global_mean"]["error"]) / 2,
        )

    def _paid_invoices(self, customers, each):
        """Invoices of the last 600 days with their payments, two entries each, in one go."""
        cases = [
            (customer, 600 - 30 * number - position, number % 2 == 0)
            for position, customer in enumerate(
                self._customer(name=f"Payer {number}") for number in range(customers)
            )
            for number in range(each)
        ]
        payers = dict.fromkeys(customer for customer, *_ in cases)
        habits = {customer: 3 * position for position, customer in enumerate(payers)}
        invoices = self.env["account.move"].create(
            [self._invoice_vals(customer, days_ago) for customer, days_ago, _ in cases]
        )
        invoices.action_post()
        entries = self.env["account.move"].create(
            [
                self._entry_vals(customer, days_ago - habits[customer] - 10 + 8 * is_sent)
                for customer, days_ago, is_sent in cases
            ]
        )
        entries.action_post()
        for invoice, (*_, is_sent) in zip(invoices, cases, strict=True):
            invoice.is_move_sent = is_sent
        items = [
            (invoice + entry).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            for invoice, entry in zip(invoices, entries, strict=True)
        ]
        self.env["account.move.line"]._reconcile_plan(items)
        return invoices

    def _invoice_vals(self, customer, days_ago):
        day = fields.Date.subtract(self.today, days=days_ago)
        line = {"name": "line", "quantity": 1, "price_unit": 100.0, "tax_ids": False}
        return {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }

    def _entry_vals(self, customer, days_ago):
        receivable = self.company_data["default_account_receivable"]
        bank = self.company_data["default_journal_bank"].default_account_id
        return {
            "date": fields.Date.subtract(self.today, days=days_ago),
            "journal_id": self.company_data["default_journal_misc"].id,
            "line_ids": [
                Command.create(
                    {"account_id": receivable.id, "partner_id": customer.id, "credit": 100.0}
                ),
                Command.create({"account_id": bank.id, "debit": 100.0}),
            ],
        }

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
