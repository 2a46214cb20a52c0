"""Our own signatures, and attacks on signed documents that a test bank has made."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bank_simulator.faces.finnish_signing import (
    Authority,
    RefusedError,
    check_envelope,
    check_request,
    write_envelope,
    write_response,
)

from ....banking.connectors.soap.c14n import Canonical, canonical
from ....banking.connectors.soap.safe_xml import read_xml
from ....banking.connectors.soap.wsse import (
    SOAP11,
    WSSE,
    WSU,
    UsernameToken,
    add_username,
    password_digest,
    sign_envelope,
    verify_envelope,
)
from ....banking.connectors.soap.xmldsig import (
    DS,
    sign_enveloped,
    verify_enveloped,
)
from .soap_case import NOW, refusing, soon, trusting

AUTHORITY = Authority(NOW)
BANK = AUTHORITY.issue("Bank")
STRANGER = Authority(NOW).issue("Bank")
TRUST = trusting(BANK.certificate)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))


def envelope(inner="<m:out xmlns:m='urn:m'><m:Sum>10.00</m:Sum></m:out>"):
    return etree.fromstring(
        f"<e:Envelope xmlns:e='{SOAP11}' xmlns:unused='urn:u'><e:Body>{inner}</e:Body></e:Envelope>"
    )


def signed_envelope(identity=BANK, now=NOW):
    return sign_envelope(envelope(), identity.key, identity.certificate, now)


@given(text=TEXTS, other=TEXTS, default=st.booleans())
@settings(deadline=None, max_examples=60)
def test_what_we_sign_verifies_and_reads_the_same(text, other, default):
    spaces = {None if default else "p": "urn:doc", "unused": "urn:unused"}
    root = etree.Element("{urn:doc}Request", nsmap=spaces, attrib={"a": other, "{urn:z}b": text})
    etree.SubElement(root, "{urn:doc}Text").text = text
    etree.SubElement(root, "{urn:other}Text").tail = other
    content = sign_enveloped(root, BANK.key, BANK.certificate)
    read = verify_enveloped(content, TRUST, "{urn:doc}Request").root
    assert read.findtext("{urn:doc}Text") == (text or "")
    assert read.get("a") == other
    assert read.find(f"{{{DS}}}Signature") is None


def test_a_signed_message_verifies_and_has_one_prefix_for_each_namespace():
    content = signed_envelope()
    verified = verify_envelope(content, TRUST)
    assert verified.body.findtext("{urn:m}out/{urn:m}Sum") == "10.00"
    assert verified.certificate == BANK.certificate
    assert content.count(f'"{WSU}"'.encode()) == 1


def test_messages_of_an_independent_bank_verify():
    inner = write_response("<Sum>5</Sum>", "Response", "urn:r", BANK)
    assert verify_enveloped(inner, TRUST).root.findtext("{urn:r}Sum") == "5"
    message = write_envelope('<m:out xmlns:m="urn:m">1</m:out>', BANK, NOW)
    assert verify_envelope(message, TRUST).body[0].text == "1"


def test_an_independent_library_accepts_what_we_sign_and_nothing_altered():
    issuer = AUTHORITY.root.certificate
    message = signed_envelope()
    assert check_envelope(message, NOW, issuer).findtext(".//{urn:m}Sum") == "10.00"
    root = etree.fromstring('<Request xmlns="urn:r" xmlns:u="urn:unused"><Sum>5</Sum></Request>')
    request = sign_enveloped(root, BANK.key, BANK.certificate)
    assert check_request(request, issuer).findtext("{urn:r}Sum") == "5"
    for check, content in (
        (lambda each: check_envelope(each, NOW, issuer), message.replace(b"10.00", b"10.01")),
        (lambda each: check_envelope(each, NOW, issuer), signed_envelope(STRANGER)),
        (lambda each: check_envelope(each, soon(hours=1), issuer), message),
        (lambda each: check_request(each, issuer), request.replace(b">5<", b">6<")),
        (lambda each: check_request(each, issuer), b"<Request/>"),
    ):
        with pytest.raises(RefusedError):
            check(content)


def test_inclusive_form_keeps_the_namespaces_and_attributes_of_ancestors():
    root = read_xml(
        b'<a xmlns="urn:a" xmlns:u="urn:u" xml:lang="fi"><b xmlns:v="urn:v"><c>1<!-- x --></c>'
        b"tail</b></a>"
    )
    inclusive = canonical(root[0][0], Canonical(is_exclusive=False))
    assert inclusive == (b'<c xmlns="urn:a" xmlns:u="urn:u" xmlns:v="urn:v" xml:lang="fi">1</c>')
    exclusive = canonical(root[0][0], Canonical(is_exclusive=True, prefixes=("v",)))
    assert exclusive == b'<c xmlns="urn:a" xmlns:v="urn:v">1</c>'
    with_comments = canonical(root[0][0], Canonical(is_exclusive=True, with_comments=True))
    assert with_comments == b'<c xmlns="urn:a">1<!-- x --></c>'


def test_leaving_out_a_signature_keeps_the_text_behind_it():
    root = read_xml(b"<a>1<s>x</s>2<b/>3</a>")
    form = Canonical(is_exclusive=True)
    assert canonical(root, form, without=root[0]) == b"<a>12<b></b>3</a>"
    root = read_xml(b"<a><b/>1<s>x</s>2</a>")
    assert canonical(root, form, without=root[1]) == b"<a><b></b>12</a>"


def test_a_stranger_with_the_bank_s_name_is_refused():
    with refusing("auth"):
        verify_envelope(signed_envelope(STRANGER), TRUST)


def test_an_issuer_may_be_pinned_but_only_the_true_one():
    assert verify_envelope(signed_envelope(), trusting(AUTHORITY.root.certificate))
    with refusing("auth"):
        verify_envelope(signed_envelope(STRANGER), trusting(AUTHORITY.root.certificate))


@pytest.mark.parametrize("steps", [{"days": 800}, {"days": -500}])
def test_a_certificate_counts_only_while_it_is_valid(steps):
    content = sign_enveloped(etree.Element("a"), BANK.key, BANK.certificate)
    with refusing("auth") as caught:
        verify_enveloped(content, replace(TRUST, at=soon(**steps)))
    assert "valid from" in caught.value.message


@pytest.mark.parametrize("steps", [{"minutes": 16}, {"hours": 5}, {"minutes": -6}])
def test_a_message_counts_only_at_its_time(steps):
    with refusing("protocol"):
        verify_envelope(signed_envelope(), replace(TRUST, at=soon(**steps)))


def attack(change):
    root = etree.fromstring(signed_envelope())
    change(root)
    return etree.tostring(root)


def move_body_into_header(root):
    """The classic: the signed Body goes into a wrapper, a forged one takes its place."""
    body = root.find(f"{{{SOAP11}}}Body")
    wrapper = etree.SubElement(root.find(f"{{{SOAP11}}}Header"), "Wrapper")
    wrapper.append(body)
    forged = etree.SubElement(root, f"{{{SOAP11}}}Body")
    etree.SubElement(forged, "{urn:m}out").text = "forged"


def move_body_and_name_the_forged_one_alike(root):
    identifier = root.find(f"{{{SOAP11}}}Body").get(f"{{{WSU}}}Id")
    move_body_into_header(root)
    root.find(f"{{{SOAP11}}}Body").set(f"{{{WSU}}}Id", identifier)


def add_second_body(root):
    etree.SubElement(root, f"{{{SOAP11}}}Body")


def add_second_body_before(root):
    root.insert(0, etree.Element(f"{{{SOAP11}}}Body"))


def wrap_timestamp(root):
    security = root.find(f".//{{{WSSE}}}Security")
    stamp = security.find(f"{{{WSU}}}Timestamp")
    etree.SubElement(root.find(f"{{{SOAP11}}}Header"), "Old").append(stamp)
    fresh = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    etree.SubElement(fresh, f"{{{WSU}}}Created").text = "2026-03-10T09:00:00Z"
    etree.SubElement(fresh, f"{{{WSU}}}Expires").text = "2026-03-10T09:05:00Z"


def drop_body_reference(root):
    info = root.find(f".//{{{DS}}}SignedInfo")
    info.remove(info.findall(f"{{{DS}}}Reference")[1])


def drop_signature(root):
    signature = root.find(f".//{{{DS}}}Signature")
    signature.getparent().remove(signature)


def drop_timestamp(root):
    stamp = root.find(f".//{{{WSU}}}Timestamp")
    stamp.getparent().remove(stamp)


def add_second_security(root):
    etree.SubElement(root.find(f"{{{SOAP11}}}Header"), f"{{{WSSE}}}Security")


def add_second_header(root):
    root.insert(0, etree.Element(f"{{{SOAP11}}}Header"))


def point_outside(root):
    root.find(f".//{{{DS}}}Reference").set("URI", "file:///etc/passwd")


def transform_by_program(root):
    root.find(f".//{{{DS}}}Transform").set(
        "Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116"
    )


def bring_own_certificate(root):
    token = root.find(f".//{{{WSSE}}}BinarySecurityToken")
    token.text = STRANGER.token()


def sign_with_nothing(root):
    root.find(f".//{{{DS}}}SignatureMethod").set(
        "Algorithm", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
    )


@pytest.mark.parametrize(
    "change",
    [
        move_body_into_header,
        move_body_and_name_the_forged_one_alike,
        add_second_body,
        add_second_body_before,
        wrap_timestamp,
        drop_body_reference,
        drop_signature,
        drop_timestamp,
        add_second_security,
        add_second_header,
        point_outside,
        transform_by_program,
        bring_own_certificate,
        sign_with_nothing,
    ],
)
def test_no_attack_on_a_signed_message_passes(change):
    with refusing("protocol", "auth"):
        verify_envelope(attack(change), TRUST)


def test_a_signed_document_inside_another_one_is_not_taken_for_it():
    content = sign_enveloped(etree.fromstring("<Sum>5</Sum>"), BANK.key, BANK.certificate)
    inner = etree.fromstring(content)
    outer = etree.Element("Sum")
    outer.text = "500"
    outer.append(inner)
    with refusing("protocol"):
        verify_enveloped(etree.tostring(outer), TRUST)
    outer.append(inner.find(f"{{{DS}}}Signature"))
    with refusing("protocol"):
        verify_enveloped(etree.tostring(outer), TRUST)


def test_another_document_of_the_bank_is_not_taken_for_the_expected_one():
    content = sign_enveloped(etree.fromstring("<Sum>5</Sum>"), BANK.key, BANK.certificate)
    with refusing("protocol"):
        verify_enveloped(content, TRUST, "{urn:doc}Response")


def test_a_comment_inside_a_value_does_not_cut_it():
    root = etree.fromstring("<a><Sum>1<!-- cut -->00</Sum></a>")
    content = sign_enveloped(root, BANK.key, BANK.certificate)
    assert b"<!-- cut -->" in content
    assert verify_enveloped(content, TRUST).root.findtext("Sum") == "100"


def test_the_password_digest_is_that_of_the_standard():
    # Computed by openssl dgst -sha1 over nonce, moment and password.
    digest = password_digest(b"nonce", "2026-03-10T09:00:00Z", "secret")
    assert digest == "2GbqihROT/pt5dAgn9tNLqSYp64="
    root = envelope()
    add_username(root, UsernameToken("me", "secret", is_digest=True), NOW, b"nonce")
    assert b"secret" not in etree.tostring(root)
    token = root.find(f".//{{{WSSE}}}UsernameToken")
    assert token.findtext(f"{{{WSSE}}}Nonce") == "bm9uY2U="
    assert token.findtext(f"{{{WSU}}}Created") == "2026-03-10T09:00:00Z"
