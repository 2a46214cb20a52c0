"""Genuine answers of Finnish banks: every signature holds, and no alteration passes.

What counts as altered: after a change of any byte the answer is either refused, or what is
read from it is byte for byte what the bank signed (the change then fell outside of it, into a
blank between attributes, say). There is no third way.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.soap.safe_xml import read_xml
from ....banking.connectors.soap.wsse import verify_envelope
from ..damage import draw_damaged
from . import signed_samples as samples
from .soap_case import refusing

pytestmark = pytest.mark.skipif(
    not samples.FOLDER.is_dir(),
    reason=f"no signed bank answers in {samples.FOLDER} (set AR_SAMPLES to their folder)",
)
MARKS = st.sampled_from([b"<", b">", b"/", b'"', b"&", b"=", b"0", b"1", b" ", b"<!---->", b"#"])
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
NAMES = (
    [f"{name}/envelope" for name in samples.ENVELOPES]
    + [f"{name}/inner" for name in samples.INNER]
    + [f"{name}/part" for name in samples.PARTS]
)


def signed(name):
    return samples.all_signed()[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_genuine_signature_holds(name):
    assert signed(name).verify()


def test_all_samples_are_accounted_for():
    known = {*samples.ENVELOPES, *samples.INNER, *samples.PARTS, *samples.ALTERED_ENVELOPES}
    known |= {samples.UNSIGNED, "create_cert_corrupted"}
    there = {path.stem.removeprefix(samples.PREFIX) for path in samples.FOLDER.glob("*.xml")}
    assert there == known
    assert len(there) == 19


@pytest.mark.parametrize("name", samples.ALTERED_ENVELOPES)
def test_an_altered_envelope_is_refused(name):
    sample = samples.envelope_of(name)
    with refusing("protocol", "auth"):
        sample.verify()
    # Whatever time it is said to be.
    for certificate in sample.trust.pinned:
        at = certificate.not_valid_before_utc + timedelta(days=1)
        with refusing("protocol", "auth"):
            verify_envelope(sample.content, replace(sample.trust, at=at))


def test_an_altered_part_and_an_unsigned_fault_are_refused():
    with refusing("protocol"):
        samples.part_of("create_cert_corrupted").verify()
    with refusing("protocol"):
        verify_envelope(samples.load(samples.UNSIGNED), samples.envelope_of("gui").trust)


@pytest.mark.parametrize("name", NAMES)
def test_old_algorithms_need_to_be_allowed(name):
    sample = signed(name)
    with refusing("protocol", "auth"):
        sample.read(sample.content, replace(sample.trust, allows_weak=False))


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_s_certificate_will_do(name):
    sample = signed(name)
    other = samples.inner_of("responses__dfl" if "responses" not in name else "gui").trust.pinned
    with refusing("auth"):
        sample.read(sample.content, replace(sample.trust, pinned=other))


@pytest.mark.parametrize("name", samples.ENVELOPES)
def test_an_answer_played_back_later_is_refused(name):
    sample = samples.envelope_of(name)
    with refusing("protocol") as caught:
        sample.read(sample.content, replace(sample.trust, at=sample.trust.at + timedelta(hours=1)))
    assert "expired" in caught.value.message


def check_altered(sample, altered):
    try:
        read = sample.verify(altered)
    except ConnectorError:
        return
    assert read == sample.verify()


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@QUIET
def test_any_flipped_bit_is_refused_or_changes_nothing(name, data):
    sample = signed(name)
    position = data.draw(st.integers(0, len(sample.content) - 1))
    altered = bytearray(sample.content)
    altered[position] ^= 1 << data.draw(st.integers(0, 7))
    check_altered(sample, bytes(altered))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@QUIET
def test_any_damage_is_refused_or_changes_nothing(name, data):
    sample = signed(name)
    check_altered(sample, draw_damaged(data, sample.content, MARKS))


@pytest.mark.parametrize("name", NAMES)
def test_any_altered_text_of_a_signed_value_is_refused(name):
    sample = signed(name)
    content = sample.verify()
    texts = {
        each.text
        for each in read_xml(content).iter()
        if each.text and len(each.text.strip()) > 1 and each.text.encode() in sample.content
    }
    assert texts
    for text in texts:
        altered = sample.content.replace(text.encode(), (text[:-1] + "~").encode())
        with refusing("protocol", "auth"):
            sample.verify(altered)
