from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...demo.customers import generate_customers
from ...demo.story import Invoice, plan_orders, plan_payments

TODAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestStory(BaseCase):
    """A year of orders and payments, without a database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_behaviour = {}
        for customer in generate_customers("test"):
            cls.by_behaviour.setdefault(customer.behaviour, []).append(customer)

    def plan(self, customer):
        return plan_orders(customer, TODAY, "test")

    def pay(self, customer, age=60):
        """Payments for six invoices of 119.00, due ``age`` days ago and every fifth day before."""
        invoices = [
            Invoice(f"INV/2026/{number:05d}", due - timedelta(days=30), due, Decimal("119.00"))
            for number in range(1, 7)
            for due in [TODAY - timedelta(days=age + 5 * number)]
        ]
        return invoices, plan_payments(customer, invoices, TODAY, "test")

    def test_orders_lie_in_the_past_year_on_working_days(self):
        for customers in self.by_behaviour.values():
            for order in self.plan(customers[0]):
                self.assertLess(order.ordered, TODAY)
                self.assertGreater(order.ordered, TODAY - timedelta(days=370))
                self.assertLess(order.ordered.weekday(), 5)
                self.assertTrue(all(quantity > 0 for _, quantity in order.lines))

    def test_dormant_customers_stopped_ordering(self):
        for customer in self.by_behaviour["dormant"]:
            self.assertLess(self.plan(customer)[-1].ordered, TODAY - timedelta(days=190))

    def test_growing_customers_order_more(self):
        half = TODAY - timedelta(days=182)
        orders = [
            order for customer in self.by_behaviour["growing"] for order in self.plan(customer)
        ]
        late = [order for order in orders if order.ordered >= half]
        self.assertGreater(len(late), len(orders) * 0.55)

    def test_growing_customers_have_two_orders_alike(self):
        for customer in self.by_behaviour["growing"]:
            lines = [order.lines for order in self.plan(customer)]
            self.assertLess(len(set(lines)), len(lines))

    def test_prompt_customers_pay_everything(self):
        for customer in self.by_behaviour["prompt"]:
            invoices, payments = self.pay(customer)
            paid = [number for payment in payments for number in payment.invoices]
            self.assertCountEqual(paid, [invoice.number for invoice in invoices])
            self.assertEqual(sum(payment.amount for payment in payments), Decimal(119) * 6)

    def test_payments_are_booked_before_the_day(self):
        for customers in self.by_behaviour.values():
            for customer in customers:
                for payment in self.pay(customer, age=0)[1]:
                    self.assertLess(payment.booked, TODAY)

    def test_silent_customers_pay_nothing_anymore(self):
        for customer in self.by_behaviour["silent"]:
            self.assertEqual(self.pay(customer)[1], [])
            self.assertTrue(self.pay(customer, age=200)[1])

    def test_short_payers_sometimes_deduct(self):
        short = [
            payment.amount < 119 * len(payment.invoices)
            for customer in self.by_behaviour["short-paying"]
            for payment in self.pay(customer)[1]
        ]
        self.assertIn(True, short)
        self.assertIn(False, short)

    def test_a_discount_is_taken_in_time_only(self):
        customer = next(c for c in self.by_behaviour["prompt"] if c.terms == "14-2")
        issued = TODAY - timedelta(days=90)
        invoices = [
            Invoice(
                f"I{n}",
                issued,
                issued + timedelta(days=30),
                Decimal(100),
                issued + timedelta(days=14),
                Decimal(98),
            )
            for n in range(40)
        ]
        payments = plan_payments(customer, invoices, TODAY, "test")
        taken = [payment for payment in payments if payment.discount]
        self.assertTrue(taken)
        for payment in taken:
            self.assertLessEqual(payment.booked, issued + timedelta(days=14))
            self.assertEqual(
                payment.amount + payment.discount, Decimal(100) * len(payment.invoices)
            )
