"""How the Finnish bank signs, and how it checks its customer's signatures.

It shares no code with the addon. What the bank signs is written in canonical form from the start,
so that no canonicalisation is needed: attributes in order, no empty-element tags, namespaces
where canonical XML would put them. What the customer sends is brought into canonical form
by the standard library's ``xml.etree.ElementTree.canonicalize`` (C14N 2.0, whose output is that of
exclusive C14N here); the inclusive form of *SignedInfo*, which repeats the namespaces that are
in scope around it, is spelled out in :func:`_signed_info`.
"""

import base64
import hashlib
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

DS = "http://www.w3.org/2000/09/xmldsig#"
BXD = "http://bxd.fi/xmldata/"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class RefusedError(Exception):
    """A request that is not signed as agreed."""


@dataclass(frozen=True)
class Identity:
    """A private key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> str:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """Return the private key as PEM, without a password."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def sign(self, data: bytes) -> str:
        """Return an RSA-SHA256 signature in base64."""
        return base64.b64encode(self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()

    def token(self) -> str:
        """Return the certificate as XML carries it."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()


@dataclass
class Authority:
    """The bank's own certificate authority; valid around the moment it is made for."""

    now: datetime
    root: Identity = field(init=False)
    _serial: int = 1000

    def __post_init__(self) -> None:
        key = _new_key()
        self.root = Identity(key, self._certify(key.public_key(), "Simulated Bank CA", key, None))

    def issue(self, name: str, days: int = 730) -> Identity:
        """Make a key and its certificate."""
        key = _new_key()
        return Identity(key, self.certify(key.public_key(), name, days))

    def certify(self, public_key: object, name: str, days: int = 730) -> x509.Certificate:
        """Make a certificate of somebody's key."""
        return self._certify(public_key, name, self.root.key, self.root.certificate, days)

    def _certify(
        self,
        public_key: object,
        name: str,
        signer: rsa.RSAPrivateKey,
        issuer: x509.Certificate | None,
        days: int = 3650,
    ) -> x509.Certificate:
        self._serial += 1
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).serial_number(self._serial)
        builder = builder.issuer_name(issuer.subject if issuer else subject)
        builder = builder.public_key(public_key)  # type: ignore[arg-type]
        builder = builder.not_valid_before(self.now - timedelta(days=400))
        builder = builder.not_valid_after(self.now + timedelta(days=days))
        builder = builder.add_extension(
            x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True
        )
        return builder.sign(signer, hashes.SHA256())


def write_response(inner: str, root: str, namespace: str, bank: Identity) -> bytes:
    """Return an inner response with its enveloped signature.

    :param inner: its elements, in canonical form (no namespace of their own)
    """
    # A namespace that nothing uses, as some banks send: inclusive form repeats it in SignedInfo.
    head = f'<{root} xmlns="{namespace}" xmlns:xsi="{XSI}">'
    content = f"{head}{inner}</{root}>"
    info = _reference("", content, f'<Transform Algorithm="{DS}enveloped-signature"></Transform>')
    signed_info = _info(INCLUSIVE, info)
    in_scope = signed_info.replace(_INFO_NAMESPACE, f'{_INFO_NAMESPACE} xmlns:xsi="{XSI}"', 1)
    signature = (
        f'<Signature xmlns="{DS}">{signed_info.replace(_INFO_NAMESPACE, "", 1)}'
        f"<SignatureValue>{bank.sign(in_scope.encode())}</SignatureValue>"
        f"<KeyInfo><X509Data><X509Certificate>{bank.token()}</X509Certificate></X509Data></KeyInfo>"
        "</Signature>"
    )
    return f"{head}{inner}{signature}</{root}>".encode()


def write_envelope(body: str, bank: Identity, now: datetime) -> bytes:
    """Return a SOAP message whose Body and Timestamp are signed.

    :param body: the child of the Body, in canonical form
    """
    expires = now + timedelta(minutes=5)
    stamp = (
        f'<wsu:Timestamp xmlns:wsu="{WSU}" wsu:Id="Timestamp-7">'
        f"<wsu:Created>{now:%Y-%m-%dT%H:%M:%SZ}</wsu:Created>"
        f"<wsu:Expires>{expires:%Y-%m-%dT%H:%M:%SZ}</wsu:Expires></wsu:Timestamp>"
    )
    content = (
        f'<soapenv:Body xmlns:soapenv="{SOAP}" xmlns:wsu="{WSU}" wsu:Id="Body-7">'
        f"{body}</soapenv:Body>"
    )
    transform = f'<Transform Algorithm="{EXCLUSIVE}"></Transform>'
    info = _reference("#Timestamp-7", stamp, transform) + _reference("#Body-7", content, transform)
    signed_info = _info(EXCLUSIVE, info)
    signature = (
        f'<Signature xmlns="{DS}">{signed_info.replace(_INFO_NAMESPACE, "", 1)}'
        f"<SignatureValue>{bank.sign(signed_info.encode())}</SignatureValue><KeyInfo>"
        f'<wsse:SecurityTokenReference><wsse:Reference URI="#Token-7" ValueType="{X509}"/>'
        "</wsse:SecurityTokenReference></KeyInfo></Signature>"
    )
    token = (
        f'<wsse:BinarySecurityToken xmlns:wsu="{WSU}" ValueType="{X509}" wsu:Id="Token-7">'
        f"{bank.token()}</wsse:BinarySecurityToken>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{SOAP}">'
        f'<soapenv:Header><wsse:Security xmlns:wsse="{WSSE}">{stamp}{token}{signature}'
        f"</wsse:Security></soapenv:Header>{content}</soapenv:Envelope>"
    ).encode()


def element(name: str, text: str) -> str:
    """Write an element in canonical form."""
    return f"<{name}>{escape(text)}</{name}>"


def check_envelope(message: bytes, now: datetime, issuer: x509.Certificate) -> ET.Element:
    """Return the Body of a customer's message.

    :raise RefusedError: it is not signed by a certificate of this bank, or too old
    """
    root = ET.fromstring(message)  # noqa: S314
    certificate = _certificate(root.find(f".//{{{WSSE}}}BinarySecurityToken"), issuer)
    header, body = _child(root, f"{{{SOAP}}}Header"), _child(root, f"{{{SOAP}}}Body")
    stamp = _child(header, f"{{{WSSE}}}Security/{{{WSU}}}Timestamp")
    signature = _child(header, f"{{{WSSE}}}Security/{{{DS}}}Signature")
    text = message.decode()
    _check_value(signature, certificate, _canonical(text, "SignedInfo"))
    digests = {
        reference.get("URI"): reference.findtext(f"{{{DS}}}DigestValue")
        for reference in signature.iter(f"{{{DS}}}Reference")
    }
    for part, name in ((body, "Body"), (stamp, "Timestamp")):
        if digests.get(f"#{part.get(f'{{{WSU}}}Id')}") != _digest(_canonical(text, name)):
            raise RefusedError("a part was altered or is not signed")
    expires = datetime.fromisoformat(
        (stamp.findtext(f"{{{WSU}}}Expires") or "").replace("Z", "+00:00")
    )
    if not now - timedelta(minutes=1) <= expires <= now + timedelta(minutes=10):
        raise RefusedError("the message has expired")
    return body


def check_request(message: bytes, issuer: x509.Certificate) -> ET.Element:
    """Return a customer's inner request, whose enveloped signature is checked.

    :raise RefusedError: it is not signed, altered, or by somebody else
    """
    root = ET.fromstring(message)  # noqa: S314
    signature = _child(root, f"{{{DS}}}Signature")
    certificate = _certificate(signature.find(f".//{{{DS}}}X509Certificate"), issuer)
    info = _child(signature, f"{{{DS}}}SignedInfo")
    text = message.decode().partition("?>")[2].strip()
    # The customer's request declares one namespace only, as its default.
    _check_value(signature, certificate, _signed_info(text, root.tag[1:].partition("}")[0]))
    root.remove(signature)
    content = _canonicalize(_without_signature(text))
    if info.findtext(f"{{{DS}}}Reference/{{{DS}}}DigestValue") != _digest(content):
        raise RefusedError("the request was altered")
    return root


_INFO_NAMESPACE = f' xmlns="{DS}"'


def _info(method: str, references: str) -> str:
    return (
        f"<SignedInfo{_INFO_NAMESPACE}>"
        f'<CanonicalizationMethod Algorithm="{method}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{RSA_SHA256}"></SignatureMethod>'
        f"{references}</SignedInfo>"
    )


def _reference(uri: str, content: str, transform: str) -> str:
    return (
        f'<Reference URI="{uri}"><Transforms>{transform}</Transforms>'
        f'<DigestMethod Algorithm="{SHA256}"></DigestMethod>'
        f"<DigestValue>{_digest(content.encode())}</DigestValue></Reference>"
    )


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _canonical(text: str, name: str) -> bytes:
    """Return the element of that local name in exclusive canonical form.

    It is cut out of the text, for its prefixes are signed as well, and given the namespaces that
    are declared before it.
    """
    found = re.search(rf"<((?:[\w.-]+:)?{name})(?=[\s>])", text)
    if found is None:
        raise RefusedError(f"there is no {name}")
    end = text.index(f"</{found[1]}>", found.end()) + len(f"</{found[1]}>")
    tag_end = text.index(">", found.end())
    own = text[found.end() : tag_end]
    declared = dict(re.findall(r'(xmlns:[\w.-]+)="([^"]*)"', text[: found.start()]))
    inherited = "".join(
        f' {prefix}="{uri}"' for prefix, uri in declared.items() if f"{prefix}=" not in own
    )
    return _canonicalize(f"<{found[1]}{inherited}{text[found.end() : end]}")


def _without_signature(text: str) -> str:
    start = text.index("<ds:Signature ")
    end = text.index("</ds:Signature>") + len("</ds:Signature>")
    return text[:start] + text[end:]


def _canonicalize(text: str) -> bytes:
    output = io.StringIO()
    ET.canonicalize(text, out=output)
    return output.getvalue().encode()


def _signed_info(text: str, namespace: str) -> bytes:
    """Return SignedInfo in inclusive form: the request's default namespace is in its scope."""
    head = b"<ds:SignedInfo"
    inherited = f' xmlns="{namespace}"'.encode()
    return _canonical(text, "SignedInfo").replace(head, head + inherited, 1)


def _check_value(signature: ET.Element, certificate: x509.Certificate, signed: bytes) -> None:
    value = base64.b64decode(signature.findtext(f"{{{DS}}}SignatureValue") or "")
    key = certificate.public_key()
    try:
        key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]
    except Exception:  # noqa: BLE001 (whatever is wrong with it, it is refused)
        raise RefusedError("the signature is wrong") from None


def _certificate(carrier: ET.Element | None, issuer: x509.Certificate) -> x509.Certificate:
    if carrier is None:
        raise RefusedError("there is no certificate")
    certificate = x509.load_der_x509_certificate(base64.b64decode(carrier.text or ""))
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001
        raise RefusedError("the certificate is not of this bank") from None
    return certificate


def _child(parent: ET.Element, path: str) -> ET.Element:
    found = parent.findall(path)
    if len(found) != 1:
        raise RefusedError(f"there are {len(found)} {path.rpartition('}')[2]}")
    return found[0]


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
