import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...engine.automation import catch_up, hash_chain, outcome, retry
from ...engine.automation.catch_up import days_to_run, is_silent_too_long
from ...engine.automation.hash_chain import ChainedEvent, ChainVerifier, chain_hash
from ...engine.automation.retry import LONGEST_DELAY, retry_delay_seconds

DAY = date(2026, 3, 29)


@pytest.mark.parametrize("module", [catch_up, hash_chain, outcome, retry])
def test_the_examples_in_the_module_texts_hold(module):
    assert doctest.testmod(module).failed == 0


@given(st.integers(1, 60), st.integers(0, 10**9))
def test_retry_delays_never_shrink_and_never_exceed_a_day(attempt, spread):
    now = retry_delay_seconds(attempt, spread_key=spread)
    later = retry_delay_seconds(attempt + 1, spread_key=spread)
    assert 0 < now <= later <= LONGEST_DELAY


@given(st.floats(allow_nan=False))
def test_what_the_other_side_asks_for_is_bounded(asked):
    assert 0 <= retry_delay_seconds(1, spread_key=0, retry_after=asked) <= LONGEST_DELAY


def test_an_attempt_that_was_not_made_has_no_delay():
    with pytest.raises(ValueError, match="from 1"):
        retry_delay_seconds(0, spread_key=1)


@given(st.integers(0, 500))
def test_each_missed_day_is_made_up_once_and_today_is_last(missed):
    days = days_to_run(DAY - timedelta(days=missed), DAY, mode="each")
    assert days[-1] == DAY
    assert days == sorted(set(days))
    assert len(days) == min(max(missed, 1), 366)


def test_merged_days_run_once():
    assert days_to_run(DAY - timedelta(days=10), DAY, mode="merge") == [DAY]
    assert days_to_run(None, DAY, mode="each") == [DAY]
    assert days_to_run(DAY + timedelta(days=3), DAY, mode="each") == [DAY]


@pytest.mark.parametrize(
    ("hours", "silent"), [(None, False), (24.0, False), (26.0, False), (26.1, True)]
)
def test_silence(hours, silent):
    assert is_silent_too_long(hours, interval_hours=24, grace_hours=2) is silent


def make_chain(length):
    events, last = [], ""
    for number in range(1, length + 1):
        content = {"number": number, "summary": f"event {number}"}
        prev, last = last, chain_hash(last, content)
        events.append(ChainedEvent(100 + number, number, content, prev, last))
    return events, last


def verify(events, head):
    verifier = ChainVerifier()
    return verifier.feed(events) or verifier.finish(*head)


@given(st.integers(0, 30))
def test_an_untouched_chain_verifies(length):
    events, last = make_chain(length)
    assert verify(events, (length, last)) is None


@given(st.data())
def test_every_single_change_is_found(data):
    length = data.draw(st.integers(2, 12))
    events, last = make_chain(length)
    at = data.draw(st.integers(0, length - 1))
    kind = data.draw(st.sampled_from(["alter", "remove", "repeat", "swap"]))
    tampered = list(events)
    if kind == "alter":
        old = events[at]
        tampered[at] = ChainedEvent(
            old.event_id, old.number, {**old.content, "summary": "x"}, old.prev_hash, old.hash
        )
    elif kind == "remove":
        del tampered[at]
    elif kind == "repeat":
        tampered.insert(at, events[at])
    else:
        other = (at + 1) % length
        tampered[at], tampered[other] = tampered[other], tampered[at]
    assert verify(tampered, (length, last)) is not None
