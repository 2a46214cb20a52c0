"""The approval matrix by itself."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.credit.approval import Approver, Band, find_band, judge_approval

bounds = st.lists(st.integers(1, 10**6), min_size=1, max_size=6, unique=True).map(sorted)
amounts = st.decimals(0, 2 * 10**6, places=2)


def matrix(edges, **values):
    starts = [0, *edges]
    return [
        Band(Decimal(start), Decimal(end) if end else None, **values)
        for start, end in zip(starts, [*edges, None], strict=True)
    ]


class TestApproval(BaseCase):
    @given(edges=bounds, amount=amounts)
    def test_every_amount_lies_in_one_band(self, edges, amount):
        bands = matrix(edges)
        self.assertEqual(sum(band.covers(amount) for band in bands), 1)
        self.assertTrue(find_band(bands, amount).covers(amount))

    @given(edges=bounds)
    def test_bands_side_by_side_do_not_overlap(self, edges):
        bands = matrix(edges)
        for band in bands:
            self.assertEqual([other for other in bands if band.overlaps(other)], [band])

    @given(edges=bounds, amount=amounts, first=st.integers(1, 3), second=st.integers(1, 3))
    def test_four_eyes_are_those_of_two_people(self, edges, amount, first, second):
        bands = matrix(edges, four_eyes=True)
        found = judge_approval(bands, amount, Approver(second, is_supervisor=True), first)
        self.assertEqual(found, "same_person" if first == second else "final")

    def test_without_a_matrix_everybody_decides(self):
        self.assertEqual(judge_approval([], Decimal(10**9), Approver(1)), "final")

    def test_an_amount_outside_is_for_supervisors(self):
        bands = [Band(Decimal(0), Decimal(100))]
        self.assertEqual(judge_approval(bands, Decimal(100), Approver(1)), "not_entitled")
        supervisor = Approver(1, is_supervisor=True)
        self.assertEqual(judge_approval(bands, Decimal(100), supervisor), "final")
