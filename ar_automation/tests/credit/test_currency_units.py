from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import TransactionCase, tagged

from ...models.credit.currency_units import CurrencyUnits


@tagged("post_install", "-at_install")
class TestCurrencyUnits(TransactionCase):
    """Whole numbers of units say the same as amounts, in any currency."""

    def _units(self, rounding):
        return CurrencyUnits(self.env["res.currency"].new({"rounding": rounding}))

    @given(st.sampled_from([1.0, 0.1, 0.01, 0.001]), st.integers(-(10**15), 10**15))
    def test_there_and_back(self, rounding, count):
        units = self._units(rounding)
        self.assertEqual(units.count(units.number(count)), count)
        self.assertEqual(units.number(count), float(units.decimal(count)))
        self.assertEqual(units.decimal(count) * units.per_one, count)

    def test_rounds_to_the_currency(self):
        self.assertEqual(self._units(0.01).count(2.005), 201)
        self.assertEqual(self._units(0.01).count(-0.004), 0)
        self.assertEqual(self._units(1.0).count(2.5), 3)

    @given(st.integers(-(10**9), 10**9))
    def test_currency_in_steps_of_five(self, steps):
        units = self._units(0.05)
        exact = Decimal(steps) * 5 / 100
        self.assertEqual(units.decimal(units.count(float(exact) + 0.02)), exact)
        self.assertEqual(units.number(units.count(float(exact))), float(exact))

    @given(st.integers(-(10**9), 10**9))
    def test_currency_in_quarters(self, quarters):
        units = self._units(0.25)
        self.assertEqual(units.number(units.count(quarters / 4)), quarters / 4)
