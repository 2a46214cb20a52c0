from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.dunning.interest import Debt, Payment, Terms, accrue, round_half_up, sum_segments
from ...engine.dunning.late_fees import (
    Limits,
    Tier,
    claim_interest,
    find_fixed_sum,
    last_chargeable_day,
)
from ...engine.dunning.rates import MissingRateError, Rate, find_rate, is_half_year_missing

CENT = Decimal("0.01")
DUE = date(2025, 1, 31)


def flat(percent, **kwargs):
    return Terms((Rate(date(2000, 1, 1), Decimal(percent)),), **kwargs)


def interest(debt, terms, until, **kwargs):
    return round_half_up(sum_segments(accrue(debt, terms, until, **kwargs)), CENT)


ECB = (
    Rate(date(2024, 1, 1), Decimal("4.5")),
    Rate(date(2024, 7, 1), Decimal("4.25")),
    Rate(date(2025, 1, 1), Decimal("3.15")),
    Rate(date(2025, 7, 1), Decimal("2.15")),
)


class TestWorkedExamples(BaseCase):
    """What others publish as examples, to the cent that they show."""

    def test_united_kingdom_5000_pounds_101_days(self):
        # support.paidnice.com 11600906: 12.25 %, 101 days. It rounds each day to 1.68 first and
        # comes to 169.68; unrounded it is 169.49.
        debt = Debt(DUE, Decimal(5000))
        self.assertEqual(
            interest(debt, flat("12.25"), DUE + timedelta(days=101)), Decimal("169.49")
        )
        day = round_half_up(
            sum_segments(accrue(debt, flat("12.25"), DUE + timedelta(days=1))), CENT
        )
        self.assertEqual(101 * day, Decimal("169.68"))

    def test_united_kingdom_10000_pounds_a_day(self):
        # usewolfx.com: 11.75 % of 10,000 is 3.22 a day
        debt = Debt(DUE, Decimal(10000))
        self.assertEqual(interest(debt, flat("11.75"), DUE + timedelta(days=1)), Decimal("3.22"))

    def test_united_kingdom_1000_pounds_a_year(self):
        # statutory-interest.pages.dev: 1,000 at 8.5 % is 85 a year and about 0.23 a day
        debt = Debt(date(2024, 12, 31), Decimal(1000))
        self.assertEqual(interest(debt, flat("8.5"), date(2025, 12, 31)), Decimal("85.00"))
        self.assertEqual(interest(debt, flat("8.5"), date(2025, 1, 1)), Decimal("0.23"))

    def test_austria_100000_euros_a_year(self):
        # solidbau.at: 11.08 % of 100,000 since 1 January 2023 is 11,080 a year
        debt = Debt(date(2022, 12, 31), Decimal(100000))
        terms = flat("1.88", margin=Decimal("9.2"))
        self.assertEqual(interest(debt, terms, date(2023, 12, 31)), Decimal("11080.00"))

    def test_france_10000_euros_three_months(self):
        # lexing.law 2014: 10,000 at 0.25 + 10 points for three months is 256
        debt = Debt(date(2013, 12, 31), Decimal(10000))
        terms = flat("0.25", margin=Decimal(10), day_count="360")
        self.assertEqual(round(interest(debt, terms, date(2014, 3, 31))), 256)

    def test_germany_months_of_30_days(self):
        # p-konto.de: 10,000 at 6 % from 1 January to 30 July 2016, 210 days of 360: 350
        debt = Debt(date(2015, 12, 31), Decimal(10000))
        self.assertEqual(
            interest(debt, flat("6", day_count="30/360"), date(2016, 7, 30)), Decimal("350.00")
        )

    def test_netherlands_and_ireland_rate_of_the_second_half_of_2024(self):
        # metaalunie.nl, enterprise.gov.ie: 12.25 % from 1 July 2024
        terms = Terms(ECB, margin=Decimal(8))
        segments = accrue(Debt(date(2024, 6, 30), Decimal(1)), terms, date(2024, 7, 1))
        self.assertEqual([segment.percent for segment in segments], [Decimal("12.25")])


class TestInterest(BaseCase):
    """Simple interest by balance and rate."""

    def test_nothing_before_and_on_the_due_date(self):
        self.assertEqual(accrue(Debt(DUE, Decimal(100)), flat("10"), DUE), ())
        self.assertEqual(accrue(Debt(DUE, Decimal(100)), flat("10"), date(2024, 1, 1)), ())
        self.assertEqual(len(accrue(Debt(DUE, Decimal(100)), flat("10"), date(2025, 2, 1))), 1)

    def test_the_day_of_payment_counts_and_the_next_does_not(self):
        paid = Debt(DUE, Decimal(365), (Payment(DUE + timedelta(days=10), Decimal(365)),))
        for later in (10, 11, 400):
            self.assertEqual(
                interest(paid, flat("10"), DUE + timedelta(days=later)), Decimal("1.00")
            )
        self.assertEqual(paid.paid_on, DUE + timedelta(days=10))

    def test_a_new_half_year_has_a_new_rate(self):
        segments = accrue(
            Debt(date(2025, 5, 31), Decimal(1000)), Terms(ECB, Decimal(8)), date(2025, 7, 31)
        )
        self.assertEqual(
            [(s.first_day, s.last_day, s.days, s.percent) for s in segments],
            [
                (date(2025, 6, 1), date(2025, 6, 30), 30, Decimal("11.15")),
                (date(2025, 7, 1), date(2025, 7, 31), 31, Decimal("10.15")),
            ],
        )

    def test_rate_of_the_start_and_of_the_settlement(self):
        debt = Debt(date(2025, 5, 31), Decimal(1000))
        for selection, percent in (("start", "11.15"), ("settlement", "10.15")):
            terms = Terms(ECB, Decimal(8), rate_selection=selection)
            segments = accrue(debt, terms, date(2025, 7, 31))
            self.assertEqual(
                [(s.days, s.percent) for s in segments], [(61, Decimal(percent))], selection
            )

    def test_leap_years_are_longer_by_the_actual_count(self):
        debt = Debt(date(2023, 12, 30), Decimal(366))
        segments = accrue(debt, flat("100", day_count="actual"), date(2024, 1, 1))
        self.assertEqual([s.year_days for s in segments], [365, 366])
        self.assertEqual(sum_segments(segments), Fraction(366, 365) + 1)

    def test_a_negative_rate_is_no_gift(self):
        self.assertEqual(interest(Debt(DUE, Decimal(100)), flat("-3"), date(2026, 1, 1)), 0)
        terms = flat("-0.88", margin=Decimal(9))
        self.assertEqual(
            accrue(Debt(DUE, Decimal(100)), terms, date(2025, 2, 1))[0].percent, Decimal("8.12")
        )

    def test_a_rate_that_is_not_known_is_no_zero(self):
        with self.assertRaises(MissingRateError):
            accrue(Debt(date(2023, 1, 1), Decimal(100)), Terms(ECB), date(2023, 2, 1))
        with self.assertRaises(MissingRateError):
            find_rate((), DUE)

    def test_overpaid_and_credited_debts(self):
        over = Debt(DUE, Decimal(100), (Payment(DUE + timedelta(days=1), Decimal(150)),))
        self.assertEqual(interest(over, flat("36.5"), date(2026, 1, 1)), Decimal("0.10"))
        credited = Debt(DUE, Decimal(100), (Payment(DUE, Decimal(100)),))
        self.assertEqual(accrue(credited, flat("10"), date(2026, 1, 1)), ())
        self.assertEqual(accrue(Debt(DUE, Decimal(-5)), flat("10"), date(2026, 1, 1)), ())

    def test_a_half_year_without_its_rate(self):
        self.assertFalse(is_half_year_missing(ECB, date(2025, 12, 31)))
        self.assertTrue(is_half_year_missing(ECB, date(2026, 1, 1)))
        self.assertTrue(is_half_year_missing((), date(2026, 1, 1)))


amounts = st.decimals("0.01", "1000000", places=2)
day_counts = st.sampled_from(["365", "360", "actual", "30/360"])


@st.composite
def debts(draw):
    amount = draw(amounts)
    payments = tuple(
        Payment(DUE + timedelta(days=draw(st.integers(-20, 500))), draw(amounts))
        for _n in range(draw(st.integers(0, 4)))
    )
    return Debt(DUE, amount, payments)


@st.composite
def terms(draw, selections=("period", "start")):
    days = draw(st.lists(st.integers(1, 700), max_size=4, unique=True))
    rates = [Rate(date(2000, 1, 1), draw(st.decimals(-5, 20, places=3)))]
    rates += [
        Rate(DUE + timedelta(days=day), draw(st.decimals(-5, 20, places=3))) for day in sorted(days)
    ]
    return Terms(
        tuple(rates),
        margin=draw(st.decimals(0, 12, places=3)),
        day_count=draw(day_counts),
        rate_selection=draw(st.sampled_from(selections)),
    )


class TestProperties(BaseCase):
    """What holds for any debt, payments and rates."""

    @settings(deadline=None)
    @given(debt=debts(), terms=terms(), middle=st.integers(0, 600), rest=st.integers(0, 300))
    def test_interest_of_two_stretches_is_that_of_both(self, debt, terms, middle, rest):
        cut = DUE + timedelta(days=middle)
        end = cut + timedelta(days=rest)
        whole = accrue(debt, terms, end)
        parts = accrue(debt, terms, cut) + accrue(debt, terms, end, since=cut + timedelta(days=1))
        self.assertEqual(sum_segments(parts), sum_segments(whole))

    @settings(deadline=None)
    @given(debt=debts(), terms=terms(), days=st.integers(0, 600), more=st.integers(0, 90))
    def test_never_negative_and_never_less_a_day_later(self, debt, terms, days, more):
        early = sum_segments(accrue(debt, terms, DUE + timedelta(days=days)))
        late = sum_segments(accrue(debt, terms, DUE + timedelta(days=days + more)))
        self.assertGreaterEqual(early, 0)
        self.assertGreaterEqual(late, early)

    @settings(deadline=None)
    @given(debt=debts(), terms=terms(), days=st.integers(1, 600))
    def test_segments_follow_each_other_and_a_payment_never_costs_more(self, debt, terms, days):
        until = DUE + timedelta(days=days)
        segments = accrue(debt, terms, until)
        for before, after in zip(segments, segments[1:], strict=False):
            self.assertEqual(before.last_day + timedelta(days=1), after.first_day)
        unpaid = accrue(Debt(DUE, debt.amount), terms, until)
        self.assertLessEqual(sum_segments(segments), sum_segments(unpaid))

    @settings(deadline=None)
    @given(
        debt=debts(),
        terms=terms(("period", "start", "settlement")),
        steps=st.lists(st.integers(1, 60), min_size=1, max_size=8),
    )
    def test_claims_in_instalments_come_to_one_claim(self, debt, terms, steps):
        claimed, day, highest = Decimal(0), DUE, Decimal(0)
        for step in steps:
            day += timedelta(days=step)
            exact = sum_segments(accrue(debt, terms, day))
            claimed += claim_interest(exact, claimed, CENT)
            highest = max(highest, round_half_up(exact, CENT))
        self.assertEqual(claimed, highest)

    @given(
        fraction=st.fractions(min_value=0, max_value=10**9),
        unit=st.sampled_from([CENT, Decimal(1), Decimal("0.05"), Decimal("0.001")]),
    )
    def test_rounding_is_to_the_nearest_unit(self, fraction, unit):
        rounded = round_half_up(fraction, unit)
        self.assertLessEqual(abs(Fraction(rounded) - fraction), Fraction(unit) / 2)
        self.assertEqual(rounded % unit, 0)


class TestLateFees(BaseCase):
    """Fixed sums, caps, and when interest is charged."""

    def test_fixed_sums_by_size(self):
        tiers = (Tier(Decimal(1000), Decimal(70)), Tier(Decimal(0), Decimal(40)))
        self.assertEqual(find_fixed_sum(Decimal("999.99"), tiers), 40)
        self.assertEqual(find_fixed_sum(Decimal(1000), tiers), 70)
        self.assertEqual(find_fixed_sum(Decimal(1), ()), 0)

    def test_cap(self):
        limits = Limits(cap_percent=Decimal(5))
        self.assertEqual(limits.apply(Fraction(7), Decimal(100)), 5)
        self.assertEqual(limits.apply(Fraction(3), Decimal(100)), 3)
        self.assertEqual(Limits().apply(Fraction(700), Decimal(100)), 700)

    def test_when_interest_is_charged(self):
        today = date(2026, 3, 1)
        self.assertEqual(last_chargeable_day("debit_note", today, None), date(2026, 2, 28))
        self.assertIsNone(last_chargeable_day("memo", today, today))
        self.assertIsNone(last_chargeable_day("on_payment", today, None))
        self.assertEqual(last_chargeable_day("debit_note", today, today), today)
