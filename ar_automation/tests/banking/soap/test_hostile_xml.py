"""Hostile XML in answers and in WSDLs: refused at once, nothing opened, nothing fetched."""

import resource
import time

import pytest

from ....banking.connectors.soap import safe_xml
from ....banking.connectors.soap.finnish.application import unpack
from ....banking.connectors.soap.safe_xml import read_xml
from ....banking.connectors.soap.wsdl_store import FOLDER, list_shipped, load_wsdl
from ..connectors.loopback_server import Reply, serving
from .soap_case import refusing

BOMB = b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>%s]><a>&z;</a>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(25)
)
QUADRATIC = b"<!DOCTYPE a [<!ENTITY q '%s'>]><a>%s</a>" % (b"x" * 50_000, b"&q;" * 20_000)
FILE = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"
OUTSIDE = b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>"
DEEP = b"<a>" * 100_000 + b"</a>" * 100_000
MANY = b"<a>" + b"<b/>" * 600_000 + b"</a>"
DAMAGED = (
    b"",
    b"no xml",
    b"<a>",
    b"<a></b>",
    b"<a/>x",
    b"<a>\x00</a>",
    b"<a b='1' b='2'/>",
    b"\xff",
)


@pytest.mark.parametrize("content", [BOMB, QUADRATIC, FILE, OUTSIDE, DEEP, MANY, *DAMAGED])
def test_an_answer_that_no_bank_sends_is_refused_at_once(content):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    with refusing("protocol"):
        read_xml(content)
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_document_type_in_another_encoding_is_refused():
    with refusing("protocol"):
        read_xml(FILE.decode().encode("utf-16"))


def test_a_long_text_is_no_attack():
    content = b"<a>" + b"x" * 15_000_000 + b"</a>"
    assert len(read_xml(content).text) == 15_000_000


def test_an_answer_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(safe_xml, "MAX_BYTES", 100)
    with refusing("protocol"):
        read_xml(b"<a>" + b"x" * 100 + b"</a>")


def test_packed_data_is_bounded_and_whole():
    import gzip

    packed = gzip.compress(b"x" * 1000)
    assert unpack(packed) == b"x" * 1000
    for content in (packed[:-4], packed + b"x", b"no gzip"):
        with refusing("protocol"):
            unpack(content)
    with refusing("protocol"):
        unpack(packed, limit=999)


def test_every_shipped_wsdl_loads_and_names_no_address_of_its_own_accord():
    assert len(list_shipped()) >= 4
    for name in list_shipped():
        assert load_wsdl(name).services
        assert load_wsdl((FOLDER / name).read_text())


IMPORTS = (
    "<import namespace='urn:x' location='{}'/>",
    "<types><s:schema xmlns:s='http://www.w3.org/2001/XMLSchema'>"
    "<s:import namespace='urn:x' schemaLocation='{}'/></s:schema></types>",
    "<types><s:schema xmlns:s='http://www.w3.org/2001/XMLSchema'>"
    "<s:include schemaLocation='{}'/></s:schema></types>",
    "<types><s:schema xmlns:s='http://www.w3.org/2001/XMLSchema'>"
    "<s:redefine schemaLocation='{}'/></s:schema></types>",
)
PLACES = (
    "file:///etc/passwd",
    "/etc/passwd",
    "../../secret.xsd",
    "..\\secret.xsd",
    "secret.xsd",
    "//127.0.0.1/x.xsd",
    "ftp://127.0.0.1/x.xsd",
    "",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wanted", IMPORTS)
def test_a_wsdl_opens_no_file(wanted, place):
    text = f"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'>{wanted.format(place)}</definitions>"
    with refusing("config") as caught:
        load_wsdl(text)
    assert "wants to load" in caught.value.message


def test_a_wsdl_fetches_nothing():
    with serving(lambda _request: Reply(b"<x/>")) as server:
        for wanted in IMPORTS:
            text = wanted.format(f"{server.url}/x.xsd")
            with refusing("config"):
                load_wsdl(
                    f"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'>{text}</definitions>"
                )
    assert not server.requests


@pytest.mark.parametrize("content", [BOMB, QUADRATIC, FILE, OUTSIDE, DEEP[:100_000]])
def test_a_hostile_wsdl_is_refused(content):
    with refusing("config"):
        load_wsdl(content.decode())


def test_what_is_no_wsdl_is_named():
    for text in (
        "<a/>",
        "<definitions/>",
        "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>",
    ):
        with refusing("config"):
            load_wsdl(text)
    for name in ("", "../wsdl/tbc_dbi.wsdl", "/etc/passwd", "nothing.wsdl"):
        with refusing("config"):
            load_wsdl(name)
