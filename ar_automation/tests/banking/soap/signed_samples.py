"""The genuine signed answers of banks among the samples: what in them is signed, and when.

A sample holds up to two signatures: one of WS-Security over Body and Timestamp, and one inside the
base64 text of its ``ApplicationResponse``; Danske's certificate service signs a part in place.
"""

import base64
from dataclasses import dataclass
from functools import cache

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.soap import trust as trust_module
from ....banking.connectors.soap.safe_xml import read_xml
from ....banking.connectors.soap.trust import Trust
from ....banking.connectors.soap.wsse import parse_instant, verify_envelope
from ....banking.connectors.soap.xmldsig import DS, verify_enveloped, verify_part
from ..test_samples import SAMPLES

FOLDER = SAMPLES / "soap"
PREFIX = "devlab-oy__sepa__"
ENVELOPES = (
    "df_ktl",
    "df_tito",
    "dfl",
    "download_file_list_no_content",
    "gc",
    "gc_error_30",
    "gui",
    "not_ok_response_code",
    "rc",
    "responses__dfl",
    "responses__rc",
    "uf",
)
# Its envelope was altered by its publishers, its inner response is genuine.
INNER = (*ENVELOPES, "timestamp_altered")
PARTS = ("create_cert", "get_bank_cert")
ALTERED_ENVELOPES = ("body_altered", "timestamp_altered", "download_file_list")
UNSIGNED = "get_bank_certificate_not_ok"


@dataclass(frozen=True)
class Signed:
    """Something signed: its bytes, whom to trust, and how to read what was signed."""

    content: bytes
    trust: Trust
    read: object

    def verify(self, content=None):
        """Return the signed content, byte for byte."""
        return self.read(self.content if content is None else content, self.trust)


def load(name):
    return (FOLDER / f"{PREFIX}{name}.xml").read_bytes()


@cache
def envelope_of(name):
    content = load(name)
    root = read_xml(content)
    pinned = [trust_module.read_embedded(each.text) for each in root.iter("{*}BinarySecurityToken")]
    at = parse_instant(next(root.iter("{*}Created")).text)
    return Signed(content, Trust(tuple(pinned), at, allows_weak=True), _envelope)


@cache
def inner_of(name):
    root = read_xml(load(name))
    content = base64.b64decode(next(root.iter("{*}ApplicationResponse")).text)
    return Signed(content, _trust_in(read_xml(content)), _inner)


@cache
def part_of(name):
    content = load(name)
    return Signed(content, _trust_in(read_xml(content)), _part)


def _trust_in(root):
    pinned = [
        trust_module.read_embedded(each.text) for each in root.iter(f"{{{DS}}}X509Certificate")
    ]
    at = parse_instant(next(root.iter("{*}Timestamp")).text)
    return Trust(tuple(pinned), at, allows_weak=True)


def _envelope(content, trust):
    return verify_envelope(content, trust).content


def _inner(content, trust):
    return verify_enveloped(content, trust).content


def _part(content, trust):
    root = read_xml(content)
    answers = root.findall("{http://schemas.xmlsoap.org/soap/envelope/}Body//{*}ReturnCode/..")
    if len(answers) != 1:
        raise ConnectorError("protocol", "There is no answer.")
    return verify_part(root, answers[0], trust).content


def all_signed():
    """Return every genuine signature by a name for the test report."""
    found = {f"{name}/envelope": envelope_of(name) for name in ENVELOPES}
    found.update({f"{name}/inner": inner_of(name) for name in INNER})
    found.update({f"{name}/part": part_of(name) for name in PARTS})
    return found
