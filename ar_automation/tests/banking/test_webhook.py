"""A message to us counts only if it is proven: by whom, and that it is of now."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.webhook import MAX_BODY_BYTES, WebhookError, sign, verify

NOW = datetime(2026, 3, 2, 10, tzinfo=timezone.utc)
SECRET, OLD, OTHER = "s" * 32, "o" * 32, "x" * 32
BODY = b'{"connection": 7}'


def refused(code, body=BODY, header=None, secrets=(SECRET,), now=NOW):
    header = sign(BODY, secret=SECRET, at=NOW) if header is None else header
    with pytest.raises(WebhookError) as caught:
        verify(body, header, secrets=secrets, now=now)
    assert caught.value.code == f"webhook.{code}"
    assert SECRET not in str(caught.value)


@given(body=st.binary(max_size=500), secret=st.text(min_size=16, max_size=60))
@settings(deadline=None)
def test_what_is_signed_is_proven(body, secret):
    header = sign(body, secret=secret, at=NOW)
    assert verify(body, header, secrets=[secret], now=NOW).signed_at == NOW


@given(position=st.integers(0, len(BODY) - 1), change=st.integers(1, 255))
@settings(deadline=None)
def test_any_changed_byte_is_refused(position, change):
    changed = bytearray(BODY)
    changed[position] ^= change
    refused("signature", bytes(changed))


def test_both_secrets_count_while_one_is_replaced():
    for secret in (SECRET, OLD):
        header = sign(BODY, secret=secret, at=NOW)
        assert verify(BODY, header, secrets=[SECRET, OLD], now=NOW)
    refused("signature", secrets=(OLD, OTHER))


def test_a_sender_may_sign_with_two_secrets():
    first = sign(BODY, secret=OTHER, at=NOW)
    second = sign(BODY, secret=SECRET, at=NOW).partition(",")[2]
    assert verify(BODY, f"{first},{second}", secrets=[SECRET], now=NOW)


@pytest.mark.parametrize("secrets", [(), ("",), ("short",)])
def test_without_a_secret_nothing_is_accepted(secrets):
    refused("unconfigured", header=sign(BODY, secret="", at=NOW), secrets=secrets)


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_the_window_has_two_ends(minutes):
    refused("replay", now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_clock_may_differ_a_little(minutes):
    header = sign(BODY, secret=SECRET, at=NOW)
    assert verify(BODY, header, secrets=[SECRET], now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=" + "0" * 64, "t=x,v1=" + "0" * 64, "t=1,v1=", "t=1,v1=" + "g" * 64]
    + ["t=1" + ",v1=" + "0" * 64 * 6, "t=99999999999999,v1=" + "0" * 64, "t=1\n,v1=" + "0" * 64],
)
def test_a_header_that_is_none_is_refused(header):
    refused("header", header=header)


def test_another_time_is_another_signature():
    header = sign(BODY, secret=SECRET, at=NOW).replace("t=1772445600", "t=1772445601")
    refused("signature", header=header)


def test_a_huge_body_is_refused():
    refused("too_large", body=b"x" * (MAX_BODY_BYTES + 1))


def test_a_replayed_message_has_the_same_name_and_another_one_another():
    def name(body, at):
        return verify(body, sign(body, secret=SECRET, at=at), secrets=[SECRET], now=NOW).digest

    assert name(BODY, NOW) == name(BODY, NOW)
    assert len({name(BODY, NOW), name(b"{}", NOW), name(BODY, NOW - timedelta(seconds=1))}) == 3
