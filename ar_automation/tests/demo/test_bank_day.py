from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...demo.bank_day import Morning, make_entries
from ...demo.customers import generate_customers
from ...demo.story import Invoice, Payment

DAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestBankDay(BaseCase):
    """The bank's day is made from what is open, without a database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customers = {customer.key: customer for customer in generate_customers("test")}
        cls.open_items = {
            key: [cls.make_invoice(place * 10 + number, number) for number in range(5)]
            for place, key in enumerate(customers)
        }
        debtor = next(customer for customer in customers.values() if customer.direct_debit)
        payer = next(customer for customer in customers.values() if customer.behaviour == "prompt")
        recent = (
            Payment(payer.key, DAY - timedelta(days=2), Decimal("77.00"), ("INV/2026/09001",)),
            Payment(
                debtor.key,
                DAY - timedelta(days=4),
                Decimal("88.00"),
                ("INV/2026/09002",),
                direct_debit=True,
            ),
        )
        cls.morning = Morning(customers, cls.open_items, recent, DAY, Decimal("1.0800"))
        cls.entries = make_entries(cls.morning, "test")
        cls.details = [detail for entry in cls.entries for detail in entry.details]

    @staticmethod
    def make_invoice(number, age):
        # The two youngest are twins; the youngest still has its discount.
        total = Decimal(1000 + (number if age > 1 else number // 10 * 10))
        issued = DAY - timedelta(days=5 + 9 * age)
        until = issued + timedelta(days=14)
        return Invoice(
            f"INV/2026/{number:05d}", issued, issued + timedelta(days=30), total, until, total - 20
        )

    def test_same_morning_same_day(self):
        self.assertEqual(self.entries, make_entries(self.morning, "test"))

    def test_entries_have_references_of_their_own(self):
        references = Counter(entry.reference for entry in self.entries)
        self.assertEqual(max(references.values()), 1)

    def test_an_entry_is_the_sum_of_its_payments(self):
        for entry in self.entries:
            self.assertEqual(entry.amount, sum(detail.amount for detail in entry.details))

    def test_there_are_hits_thought_and_noise(self):
        self.assertGreaterEqual(len(self.entries), 38)
        numbers = {
            invoice.number: invoice for items in self.open_items.values() for invoice in items
        }
        hits = [
            d
            for d in self.details
            if d.end_to_end in numbers and numbers[d.end_to_end].total == d.amount
        ]
        self.assertEqual(len(hits), 3)
        self.assertEqual(len([d for d in self.details if d.document]), 3)
        self.assertEqual(len([d for d in self.details if d.conversion]), 3)
        self.assertEqual(len([d for d in self.details if d.text.endswith("Skonto")]), 2)
        self.assertEqual(len([d for d in self.details if d.text == "Zahlung"]), 1)
        self.assertEqual(len([d for d in self.details if d.ultimate]), 2)
        self.assertEqual(
            len([entry for entry in self.entries if entry.batch and len(entry.details) == 4]), 1
        )

    def test_the_payment_made_twice_and_the_returned_debit(self):
        self.assertIn(Decimal("77.00"), [detail.amount for detail in self.details])
        [returned] = [detail for detail in self.details if detail.return_code]
        self.assertEqual(returned.amount, Decimal("-88.00"))

    def test_a_fee_kept_abroad_makes_the_payment_short(self):
        [kept] = [d for d in self.details if d.conversion and d.conversion.kept]
        arrived = (kept.conversion.instructed - kept.conversion.kept) / kept.conversion.rate
        self.assertEqual(kept.amount, arrived.quantize(Decimal("0.01")))

    def test_nobody_silent_pays(self):
        silent = {c.name for c in self.morning.customers.values() if c.behaviour == "silent"}
        self.assertFalse(silent & {detail.party.name for detail in self.details})
