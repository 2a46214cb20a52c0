"""WS-Security: who sends a SOAP message, said in its header.

Two ways are in use at banks. A *UsernameToken* holds name and password (or a digest of it with
a nonce). With *X.509*, the sender's certificate travels as a BinarySecurityToken, and a
signature covers the Body and a Timestamp which says until when the message counts, so that an
old answer cannot be played back::

    Envelope/Header/Security/{Timestamp, BinarySecurityToken, Signature}
    Envelope/Body

An answer is believed only if the one Body and the one Timestamp of this envelope, in their
places, are both among what the bank's pinned certificate signed. What is returned is parsed from
the signed bytes; a second, unsigned Body elsewhere in the message is never looked at.

>>> from lxml import etree
>>> body = etree.fromstring(
...     '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>')
>>> body_of(body).tag
'{http://schemas.xmlsoap.org/soap/envelope/}Body'
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from ..errors import ConnectorError
from .c14n import EXCLUSIVE, Canonical, canonical
from .safe_xml import read_xml
from .trust import Trust, read_embedded, to_base64
from .xmldsig import (
    DS,
    WSU,
    SignedPart,
    build_signature,
    complete_signature,
    embedded_certificates,
    verify_signature,
)

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_BASE64 = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
_X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
_USERNAME = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

LIFETIME = timedelta(minutes=5)
# Clocks differ; a message from further in the future, or older, is refused.
MAX_SKEW = timedelta(minutes=5)
MAX_AGE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class VerifiedEnvelope:
    """What a signed SOAP answer says, read from the signed bytes only."""

    body: etree._Element
    content: bytes
    created_at: datetime
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """A name with its password; ``is_digest`` sends a digest of it instead of the text.

    ``nonce`` stands in the message as it is where a bank uses it for a one-time code.
    """

    username: str
    password: str
    is_digest: bool = False
    nonce: str = ""


def body_of(envelope: etree._Element) -> etree._Element:
    """Return the Body of an envelope of SOAP 1.1 or 1.2.

    :raises ConnectorError: ``protocol``: it is no envelope, or has not exactly one Body
    """
    namespace = _namespace(envelope)
    bodies = envelope.findall(f"{{{namespace}}}Body")
    if len(bodies) != 1:
        raise _wrong(f"has {len(bodies)} bodies")
    return bodies[0]


def add_username(
    envelope: etree._Element, token: UsernameToken, now: datetime, random: bytes
) -> None:
    """Put a UsernameToken into the head of a message.

    :param random: fresh random bytes for the digest
    """
    security = _new_security(envelope)
    element = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(element, f"{{{WSSE}}}Username").text = token.username
    password = etree.SubElement(element, f"{{{WSSE}}}Password")
    if not token.is_digest:
        password.set("Type", _USERNAME + "PasswordText")
        password.text = token.password
        if token.nonce:
            etree.SubElement(element, f"{{{WSSE}}}Nonce").text = token.nonce
        return
    created = format_instant(now)
    password.set("Type", _USERNAME + "PasswordDigest")
    password.text = password_digest(random, created, token.password)
    nonce = etree.SubElement(element, f"{{{WSSE}}}Nonce", EncodingType=_BASE64)
    nonce.text = base64.b64encode(random).decode()
    etree.SubElement(element, f"{{{WSU}}}Created").text = created


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """Return the digest of the UsernameToken profile: base64(SHA-1(nonce + created + password)).

    The profile knows no other algorithm; the digest is no signature and proves no content.
    """
    data = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def sign_envelope(
    envelope: etree._Element, key: rsa.RSAPrivateKey, certificate: x509.Certificate, now: datetime
) -> bytes:
    """Sign Body and a fresh Timestamp and return the message, to be sent unchanged."""
    security = _new_security(envelope)
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    etree.SubElement(timestamp, f"{{{WSU}}}Created").text = format_instant(now)
    etree.SubElement(timestamp, f"{{{WSU}}}Expires").text = format_instant(now + LIFETIME)
    token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
    token.set("EncodingType", _BASE64)
    token.set("ValueType", _X509)
    token.text = to_base64(certificate)
    body = body_of(envelope)
    for element, name in ((timestamp, "Timestamp"), (token, "Token"), (body, "Body")):
        element.set(f"{{{WSU}}}Id", f"{name}-1")
    _tidy(envelope)
    form = Canonical(is_exclusive=True)
    signed = [
        (f"#{part.get(f'{{{WSU}}}Id')}", canonical(part, form), (EXCLUSIVE,))
        for part in (timestamp, body)
    ]
    signature = build_signature(signed, _token_reference("Token-1"))
    security.append(signature)
    complete_signature(signature, key)
    return to_bytes(envelope)


def _tidy(envelope: etree._Element) -> None:
    """Declare every namespace once, at the top, by one prefix.

    Some services misread a message in which one namespace goes by several prefixes. Where a value
    is itself a prefixed name (``xsi:type``), prefixes are left alone.
    """
    if any(name == f"{{{_XSI}}}type" for each in envelope.iter() for name in each.attrib):
        return
    prefixes = {WSU: "wsu", WSSE: "wsse", DS: "ds"}
    for element in envelope.iter(etree.Element):
        for prefix, namespace in element.nsmap.items():
            prefixes.setdefault(namespace, prefix or f"n{len(prefixes)}")
    etree.cleanup_namespaces(
        envelope, top_nsmap={prefix: namespace for namespace, prefix in prefixes.items()}
    )


def to_bytes(envelope: etree._Element) -> bytes:
    """Write a message as it is sent."""
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def verify_envelope(content: bytes, trust: Trust) -> VerifiedEnvelope:
    """Return what a signed answer says.

    :raises ConnectorError: ``protocol``: unsigned, altered, only partly signed, or not of this
        moment; ``auth``: signed by somebody else
    """
    envelope = read_xml(content)
    body = body_of(envelope)
    security = _find_security(envelope)
    timestamp = _only(security, f"{{{WSU}}}Timestamp")
    signature = _only(security, f"{{{DS}}}Signature")
    parts, certificate = verify_signature(signature, trust, _offered(security, signature))
    signed_body = _signed(parts, body, "body")
    signed_time = _signed(parts, timestamp, "timestamp")
    created = _check_fresh(signed_time.parse(), trust.at)
    return VerifiedEnvelope(signed_body.parse(), signed_body.content, created, certificate)


def _namespace(envelope: etree._Element) -> str:
    for namespace in (SOAP11, SOAP12):
        if envelope.tag == f"{{{namespace}}}Envelope":
            return namespace
    raise _wrong("is no SOAP message")


def _new_security(envelope: etree._Element) -> etree._Element:
    namespace = _namespace(envelope)
    header = envelope.find(f"{{{namespace}}}Header")
    if header is None:
        header = etree.Element(f"{{{namespace}}}Header")
        envelope.insert(0, header)
    security = header.find(f"{{{WSSE}}}Security")
    if security is None:
        security = etree.SubElement(
            header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU, "ds": DS}
        )
        security.set(f"{{{namespace}}}mustUnderstand", "1")
    return security


def _find_security(envelope: etree._Element) -> etree._Element:
    headers = envelope.findall(f"{{{_namespace(envelope)}}}Header")
    if len(headers) != 1:
        raise _wrong(f"has {len(headers)} headers")
    return _only(headers[0], f"{{{WSSE}}}Security")


def _only(element: etree._Element, tag: str) -> etree._Element:
    found = element.findall(tag)
    if len(found) != 1:
        raise _wrong(f"is not signed as agreed ({len(found)} times <{tag.rpartition('}')[2]}>)")
    return found[0]


def _signed(parts: list[SignedPart], element: etree._Element, name: str) -> SignedPart:
    found = [each for each in parts if each.element is element]
    if len(found) != 1:
        raise _wrong(f"has a signature that does not cover its {name}")
    return found[0]


def _offered(security: etree._Element, signature: etree._Element) -> list[x509.Certificate]:
    """Return the certificate that the signature refers to, by token or in itself."""
    path = f"{{{DS}}}KeyInfo/{{{WSSE}}}SecurityTokenReference/{{{WSSE}}}Reference"
    reference = signature.find(path)
    if reference is None:
        return embedded_certificates(signature)
    name = reference.get("URI", "").removeprefix("#")
    tokens = [
        each
        for each in security.findall(f"{{{WSSE}}}BinarySecurityToken")
        if name and each.get(f"{{{WSU}}}Id") == name
    ]
    if len(tokens) != 1:
        raise _wrong("does not hold the certificate that it is signed with")
    return [read_embedded(tokens[0].text or "")]


def _token_reference(name: str) -> etree._Element:
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    reference = etree.SubElement(
        info, f"{{{WSSE}}}SecurityTokenReference", nsmap={"wsse": WSSE, "wsu": WSU}
    )
    etree.SubElement(reference, f"{{{WSSE}}}Reference", URI=f"#{name}", ValueType=_X509)
    return info


def _check_fresh(timestamp: etree._Element, now: datetime) -> datetime:
    created = _instant(timestamp, "Created")
    expires = _instant(timestamp, "Expires")
    if created > now + MAX_SKEW:
        raise _stale(f"was made at {created:%Y-%m-%d %H:%M:%S} UTC, which is yet to come")
    if expires < now - MAX_SKEW or now - created > MAX_AGE:
        raise _stale(
            f"was made at {created:%Y-%m-%d %H:%M:%S} UTC and has expired: it may be an old one "
            "played back"
        )
    return created


def _instant(timestamp: etree._Element, name: str) -> datetime:
    text = (_only(timestamp, f"{{{WSU}}}{name}").text or "").strip()
    try:
        return parse_instant(text)
    except ValueError:
        raise _wrong(f"has a timestamp that cannot be read ({text[:40]!r})") from None


def parse_instant(text: str) -> datetime:
    """Return the moment that an ``xsd:dateTime`` names; without a zone it is UTC.

    >>> parse_instant("2014-08-06T10:29:26.5+02:00").isoformat()
    '2014-08-06T08:29:26.500000+00:00'

    :raises ValueError: it is none
    """
    head, dot, tail = text.strip().replace("Z", "+00:00").partition(".")
    if dot:
        # Fractions of any length: fromisoformat of Python 3.10 takes three or six digits.
        digits = len(tail) - len(tail.lstrip("0123456789"))
        head = f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
    moment = datetime.fromisoformat(head)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)


def format_instant(moment: datetime) -> str:
    """Return a moment as ``xsd:dateTime`` in UTC, to the second."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrong(reason: str) -> ConnectorError:
    return ConnectorError("protocol", f"The bank's answer {reason}. Nothing of it was used.")


def _stale(reason: str) -> ConnectorError:
    return ConnectorError(
        "protocol",
        f"The bank's answer {reason}.",
        hint="Check that the server's clock is right, then try again.",
    )
