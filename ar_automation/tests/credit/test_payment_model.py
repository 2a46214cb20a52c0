import doctest
import math
import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.credit import payment_backtest, payment_fit, payment_model
from ...engine.credit.payment_backtest import PastInvoice, area_under_curve, backtest, walk
from ...engine.credit.payment_fit import TooFewInvoicesError, fit, fit_and_test
from ...engine.credit.payment_model import Habit, InvoiceFacts, Payment, PaymentModel, Unpaid

START = date(2025, 1, 1)


def past_invoice(customer, day, late, *, amount=100.0, electronic=False, disputed=False):
    facts = InvoiceFacts(customer, day, day + timedelta(days=30), amount, electronic)
    paid = facts.due_date + timedelta(days=late)
    return PastInvoice(facts, Payment(late, paid, facts.features(), disputed))


def made_up_history(seed=1, customers=40, each=25):
    """Customers with habits; electronic invoices are paid 6 days sooner, disputed 20 later."""
    chance = random.Random(seed)
    history = []
    for customer in range(customers):
        habit, disputes = chance.gauss(0, 8), chance.choice((0.0, 0.1, 0.5))
        for _ in range(each):
            electronic, disputed = chance.random() < 0.5, chance.random() < disputes
            late = habit - 6 * electronic + 20 * disputed + chance.gauss(0, 3)
            day = START + timedelta(days=chance.randrange(500))
            history.append(
                past_invoice(customer, day, round(late), electronic=electronic, disputed=disputed)
            )
    return history


@tagged("post_install", "-at_install")
class TestPaymentModel(BaseCase):
    def test_examples_in_the_docstrings(self):
        for module in (payment_backtest, payment_fit, payment_model):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_fit_finds_what_is_in_the_history(self):
        model = fit(made_up_history(), PaymentModel())
        self.assertAlmostEqual(model.coefficients["electronic"], -6, delta=0.7)
        self.assertAlmostEqual(model.dispute_cost, 20, delta=1)
        self.assertAlmostEqual(model.spread, 3, delta=0.5)
        self.assertEqual(model.coefficients["terms"], 0.0)

    def test_fitted_model_beats_both_rules_on_later_invoices(self):
        result = fit_and_test(made_up_history(), PaymentModel()).fitted
        self.assertGreater(result.model.auc_late, result.customer_mean.auc_late + 0.02)
        self.assertLess(result.model.mean_error, result.customer_mean.mean_error - 0.5)
        self.assertLess(result.customer_mean.mean_error, result.global_mean.mean_error)

    def test_nothing_after_an_invoice_date_changes_its_forecast(self):
        history = made_up_history(customers=12, each=10)
        model, split = PaymentModel(), START + timedelta(days=250)
        for invoice in history[::7]:
            day = invoice.facts.invoice_date
            if day < split:
                continue
            # the future of that day rewritten: everything not yet paid is paid 90 days late
            rewritten = [
                other
                if other.payment.paid_date < day
                else past_invoice(
                    other.facts.customer,
                    other.facts.invoice_date,
                    90,
                    amount=other.facts.amount,
                    electronic=other.facts.is_electronic,
                    disputed=True,
                )
                for other in history
            ]
            before, after = (
                [
                    prediction.forecast
                    for prediction in walk(
                        model, [p for p in past if p.facts.invoice_date <= day], day
                    )
                ]
                for past in (history, rewritten)
            )
            self.assertEqual(before, after)

    def test_a_test_never_sees_what_was_fitted(self):
        history = made_up_history()
        result = fit_and_test(history, PaymentModel())
        seen = [
            p
            for p in sorted(history, key=lambda p: p.facts.invoice_date)
            if p.payment.paid_date < result.test_from
        ]
        self.assertEqual(fit(seen, PaymentModel()), result.model)
        self.assertEqual(
            result.fitted.count, sum(p.facts.invoice_date >= result.test_from for p in history)
        )

    def test_a_short_history_is_refused(self):
        for history in ([], made_up_history(customers=3, each=5), made_up_history(customers=9)):
            with self.assertRaises(TooFewInvoicesError):
                fit_and_test(history, PaymentModel())

    def test_a_history_without_variation_is_fitted(self):
        history = [
            past_invoice(customer, START + timedelta(days=10 * number), 0)
            for customer in range(12)
            for number in range(20)
        ]
        result = fit_and_test(history, PaymentModel())
        self.assertLess(result.fitted.model.mean_error, 0.1)
        self.assertTrue(math.isnan(result.fitted.model.auc_late))

    def test_nothing_to_predict(self):
        self.assertIsNone(backtest(PaymentModel(), [], START))

    def test_an_unpaid_invoice_says_the_more_the_longer_it_is_overdue(self):
        day = START + timedelta(days=60)
        habit = Habit(PaymentModel(coefficients={}))
        for _ in range(5):
            habit.learn(Payment(0.0, START, {}))
        usual = [
            habit.with_unpaid([Unpaid(late, {})], day).usual() for late in (-25, 0, 5, 15, 60, 900)
        ]
        self.assertEqual(usual, sorted(usual))
        self.assertAlmostEqual(usual[0], habit.usual(), delta=0.05)
        self.assertGreater(usual[3], habit.usual() + 1)
        self.assertLess(usual[-1], 60, "an invoice that was forgotten is no habit")

    def test_what_is_unpaid_was_not_paid_before(self):
        day = START + timedelta(days=60)
        habit = Habit(PaymentModel())
        for _ in range(5):
            habit.learn(Payment(-3.0, START, {}))
        fresh = habit.forecast({}, day)
        waiting = habit.forecast({}, day, -60.0)
        self.assertAlmostEqual(waiting.expected_late, fresh.expected_late, places=4)
        self.assertAlmostEqual(waiting.probability_late, fresh.probability_late, places=9)
        for late in (-5, 1, 10, 15, 40, 4000):
            forecast = habit.forecast({}, day, float(late))
            self.assertGreaterEqual(forecast.expected_late, late - 0.5)
            self.assertGreaterEqual(forecast.probability_very_late, fresh.probability_very_late)
            if late >= 1:
                self.assertEqual(forecast.probability_late, 1.0)
            if late >= 15:
                self.assertEqual(forecast.probability_very_late, 1.0)

    @given(
        st.lists(st.tuples(st.integers(0, 900), st.integers(-60, 400), st.booleans()), max_size=30),
        st.floats(0.01, 1e7),
    )
    def test_chances_are_chances(self, payments, amount):
        habit = Habit(PaymentModel())
        for day, late, disputed in sorted(payments):
            paid = START + timedelta(days=day)
            habit.learn(Payment(late, paid, {"amount": 2.0}, disputed))
        facts = InvoiceFacts(1, START + timedelta(days=900), START + timedelta(days=930), amount)
        forecast = habit.forecast(facts.features(), facts.invoice_date)
        self.assertLessEqual(0.0, forecast.probability_very_late)
        self.assertLessEqual(forecast.probability_very_late, forecast.probability_late)
        self.assertLessEqual(forecast.probability_late, 1.0)
        self.assertTrue(math.isfinite(forecast.expected_late))

    @given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
    def test_area_is_the_share_of_pairs_in_order(self, pairs):
        late = [risk for risk, happened in pairs if happened]
        punctual = [risk for risk, happened in pairs if not happened]
        area = area_under_curve([risk for risk, _ in pairs], [happened for _, happened in pairs])
        if not late or not punctual:
            self.assertTrue(math.isnan(area))
            return
        wins = sum((a > b) + (a == b) / 2 for a in late for b in punctual)
        self.assertAlmostEqual(area, wins / len(late) / len(punctual))
