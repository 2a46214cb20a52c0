import doctest
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing import track
from ...engine.invoicing.track import (
    FINAL,
    INTERLUDES,
    NEUTRAL,
    STAGES,
    Moment,
    build_track,
    find_stage,
    measure_days,
    merge_moments,
)

DAY = date(2026, 3, 2)
MAIN_LINE = [stage for stage in STAGES if stage not in INTERLUDES | FINAL]
offsets = st.integers(0, 60)


def on(days):
    return DAY + timedelta(days=days)


@st.composite
def tracks(draw):
    """Moments of any stages on any days; interludes end or not."""
    moments = []
    for stage in draw(st.lists(st.sampled_from(STAGES), unique=True)):
        start = draw(offsets)
        length = draw(st.none() | st.integers(0, 20)) if stage in INTERLUDES else None
        until = None if length is None else on(start + length)
        moments.append(Moment(stage, on(start), until))
    return moments


class TestTrack(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(track).failed, 0)

    def test_stages_are_in_their_order_and_hold_no_judgement_for_the_customer(self):
        moments = [Moment(stage, on(n)) for n, stage in enumerate(STAGES[:-1])]
        steps = build_track(list(reversed(moments)), on(90))
        self.assertEqual([step.stage for step in steps], list(STAGES[:-1]))
        self.assertFalse(NEUTRAL & {"checked", "held", "opened", "reminded", "promised"})

    def test_hold_that_ended_gives_way_to_the_stage_before_it(self):
        hold = [Moment("received", DAY), Moment("held", on(1), until=on(4))]
        self.assertEqual(find_stage(hold, on(3)), "held")
        self.assertEqual(find_stage(hold, on(4)), "received")
        self.assertEqual(measure_days(hold[1], hold, on(9)), 3)

    def test_what_is_planned_is_ahead_until_its_day_and_gone_once_it_is_paid(self):
        moments = [Moment("sent", DAY), Moment("due", on(30))]
        steps = build_track(moments, on(5), ["invoiced", "paid"])
        self.assertEqual(
            [(step.stage, step.state, step.days) for step in steps],
            [
                ("invoiced", "missed", None),
                ("sent", "current", 5),
                ("due", "ahead", None),
                ("paid", "ahead", None),
            ],
        )
        paid = build_track([*moments, Moment("paid", on(9))], on(9), ["invoiced"])
        self.assertEqual([step.stage for step in paid], ["sent", "paid"])

    def test_stage_that_a_later_one_overtook_took_no_time(self):
        moments = [Moment("sent", DAY), Moment("due", on(3)), Moment("opened", on(8))]
        self.assertIsNone(measure_days(moments[2], moments, on(20)))
        self.assertEqual(measure_days(moments[0], moments, on(20)), 3)

    def test_order_is_paid_when_all_its_invoices_are_and_nothing_is_left_to_invoice(self):
        paid = [Moment("invoiced", DAY), Moment("paid", on(9))]
        credited = [Moment("invoiced", on(1)), Moment("credited", on(4))]
        open_one = [Moment("invoiced", on(2))]
        for parts, is_whole, expected in (
            ([paid, credited], True, "paid"),
            ([credited], True, "credited"),
            ([paid, open_one], True, "invoiced"),
            ([paid], False, "invoiced"),
            ([], True, None),
        ):
            merged = merge_moments(parts, is_whole=is_whole)
            self.assertEqual(find_stage(merged, on(30)), expected, parts)

    def test_interlude_of_an_order_ends_with_its_last_part(self):
        parts = [
            [Moment("disputed", DAY, until=on(5))],
            [Moment("disputed", on(1), until=on(9))],
        ]
        self.assertEqual(merge_moments(parts, is_whole=True), (Moment("disputed", DAY, on(9)),))
        parts.append([Moment("disputed", on(2))])
        self.assertIsNone(merge_moments(parts, is_whole=True)[0].until)

    def test_unknown_stage_is_refused(self):
        with self.assertRaises(KeyError):
            build_track([Moment("lost", DAY)], DAY)

    @settings(deadline=None)
    @given(tracks(), offsets)
    def test_days_are_never_negative_and_never_more_than_have_passed(self, moments, today):
        for moment in moments:
            days = measure_days(moment, moments, on(today))
            if days is not None:
                self.assertGreaterEqual(days, 0)
                self.assertLessEqual(moment.at + timedelta(days=days), on(today))

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(MAIN_LINE), offsets), min_size=1), offsets)
    def test_days_of_the_main_line_add_up_to_the_days_of_the_whole(self, found, wait):
        first = {}
        for stage, start in found:
            first.setdefault(stage, Moment(stage, on(start)))
        moments = list(first.values())
        today = max(moment.at for moment in moments) + timedelta(days=wait)
        spans = [measure_days(moment, moments, today) or 0 for moment in moments]
        began = min(moment.at for moment in moments)
        self.assertEqual(sum(spans), (today - began).days)

    @settings(deadline=None)
    @given(tracks(), offsets)
    def test_exactly_the_stage_where_it_stands_is_current(self, moments, today):
        steps = build_track(moments, on(today), STAGES[:4])
        current = [step.stage for step in steps if step.state == "current"]
        stage = find_stage(moments, on(today))
        self.assertEqual(current, [stage] if stage else [])
