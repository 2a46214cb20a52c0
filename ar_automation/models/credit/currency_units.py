"""Amounts of a currency as whole numbers of its smallest unit, as cents are of the euro.

Whole numbers add up exactly, as decimals do, and become numbers for a screen many times
faster: what counts where thousands of customers are asked for at once.
"""

import math
from decimal import Decimal

from odoo.tools import float_round

from ...engine.credit.exposure import ZERO

NEGLIGIBLE = 1e-6
# decimals of currencies that are rounded to something else than a power of ten, like 0.05
FINE_PLACES = 10


class CurrencyUnits:
    """Turns amounts of one currency into its units, and back.

    :ivar int per_one: how many units make one of the currency, 100 cents make a euro.
    :ivar bool is_decimal: amounts are rounded to the unit, and to nothing coarser.
    """

    def __init__(self, currency):
        self._rounding = currency.rounding
        self._places = currency.decimal_places
        self.is_decimal = math.isclose(self._rounding, 10**-self._places)
        places = self._places if self.is_decimal else FINE_PLACES
        self.per_one = 10**places
        self._unit = Decimal(1).scaleb(-places)

    def round(self, amount):
        """An amount, rounded to the currency, as a decimal."""
        if not amount:
            return ZERO
        # most amounts come rounded from the books, which is a lot cheaper to see than to redo
        text = f"{amount:.{self._places}f}"
        if abs(float(text) - amount) > NEGLIGIBLE or not self.is_decimal:
            text = str(float_round(amount, precision_rounding=self._rounding))
        return Decimal(text)

    def count(self, amount):
        """How many units an amount is, rounded to the currency."""
        return round(self.round(amount) * self.per_one) if amount else 0

    def decimal(self, units):
        """Units as an exact amount."""
        return units * self._unit if units else ZERO

    def number(self, units):
        """Units as the nearest floating-point amount."""
        return units / self.per_one
