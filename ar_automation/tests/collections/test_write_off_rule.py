import doctest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.dunning import write_off
from ...engine.dunning.write_off import (
    SmallItem,
    SmallRule,
    choose_small,
    share_out,
    withhold_own,
)

CENT = Decimal("0.01")
DAY = date(2026, 6, 30)
MONEY = st.decimals("-50", "50", places=2)


@tagged("post_install", "-at_install")
class TestWriteOffRule(BaseCase):
    """What is given up by rule, and how its tax is found, without a database."""

    def test_examples_of_the_module(self):
        self.assertEqual(doctest.testmod(write_off).failed, 0)

    @given(
        st.lists(st.tuples(MONEY, st.integers(-10, 300)), max_size=12),
        st.decimals("0", "30", places=2),
        st.decimals("0", "60", places=2),
        st.decimals("0", "20", places=2),
    )
    def test_never_more_than_the_rule_allows(self, rows, below, cap, used):
        rule = SmallRule(below, 90, cap)
        items = [
            SmallItem(index, residual, DAY - timedelta(days=late))
            for index, (residual, late) in enumerate(rows)
        ]
        chosen = choose_small(items, rule, DAY, used)
        for item in chosen:
            self.assertTrue(0 < item.residual < below)
            self.assertGreater((DAY - item.due).days, 90)
        if cap and chosen:
            self.assertLessEqual(used + sum(item.residual for item in chosen), cap)

    @given(st.lists(MONEY, max_size=6), MONEY, st.decimals("0.01", "300", places=2))
    def test_shares_are_within_half_a_cent(self, parts, amount, whole):
        for part, share in zip(parts, share_out(parts, amount, whole, CENT), strict=True):
            self.assertLessEqual(abs(share - part * amount / whole), CENT / 2)

    def test_a_whole_of_nothing_has_no_shares(self):
        self.assertEqual(share_out([Decimal(3)], Decimal(1), Decimal(0), CENT), [Decimal(0)])

    def test_only_a_lone_approval_of_the_requester_is_withheld(self):
        self.assertEqual(withhold_own("final", is_requester=True, has_first=False), "own_request")
        self.assertEqual(withhold_own("final", is_requester=False, has_first=False), "final")
        self.assertEqual(withhold_own("first", is_requester=True, has_first=False), "first")
