"""How the Finnish bank signs, and how it checks its customer's signatures.

It shares no code with the addon: signatures are made and checked by ``signxml``, a maintained
library for them. Two programs that agree on what a signature is prove each other. (On the genuine
answers of Finnish banks it fails; ``docs/decisions.md`` says why the addon does without it.)
"""

import base64
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import methods
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

DS = "http://www.w3.org/2000/09/xmldsig#"
BXD = "http://bxd.fi/xmldata/"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# The library logs every message that it reads, with all that is in it.
logging.getLogger("signxml").setLevel(logging.INFO)


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

    :param inner: its elements (no namespace of their own)
    """
    # A namespace that nothing uses, as some banks send: inclusive form repeats it in SignedInfo.
    content = f'<{root} xmlns="{namespace}" xmlns:xsi="{XSI}">{inner}</{root}>'
    signer = XMLSigner(methods.enveloped, c14n_algorithm=INCLUSIVE)
    signed = signer.sign(_parse(content.encode()), key=bank.key, cert=[bank.certificate])
    return etree.tostring(signed)


def write_envelope(body: str, bank: Identity, now: datetime) -> bytes:
    """Return a SOAP message whose Body and Timestamp are signed.

    :param body: the child of the Body
    """
    expires = now + timedelta(minutes=5)
    message = _parse(
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Header><wsse:Security '
        f'xmlns:wsse="{WSSE}"><wsu:Timestamp xmlns:wsu="{WSU}" wsu:Id="Timestamp-7">'
        f"<wsu:Created>{now:%Y-%m-%dT%H:%M:%SZ}</wsu:Created>"
        f"<wsu:Expires>{expires:%Y-%m-%dT%H:%M:%SZ}</wsu:Expires></wsu:Timestamp>"
        f'<wsse:BinarySecurityToken xmlns:wsu="{WSU}" ValueType="{X509}" wsu:Id="Token-7">'
        f"{bank.token()}</wsse:BinarySecurityToken></wsse:Security></soapenv:Header>"
        f'<soapenv:Body xmlns:wsu="{WSU}" wsu:Id="Body-7">{body}</soapenv:Body>'
        "</soapenv:Envelope>".encode()
    )
    token = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS, "wsse": WSSE})
    holder = etree.SubElement(token, f"{{{WSSE}}}SecurityTokenReference")
    etree.SubElement(holder, f"{{{WSSE}}}Reference", URI="#Token-7", ValueType=X509)
    signature = XMLSigner(methods.detached, c14n_algorithm=EXCLUSIVE).sign(
        message,
        key=bank.key,
        key_info=token,
        reference_uri=["#Timestamp-7", "#Body-7"],
        id_attribute="Id",
    )
    _child(message, f"{{{SOAP}}}Header/{{{WSSE}}}Security").append(signature)
    return etree.tostring(message, xml_declaration=True, encoding="UTF-8")


def element(name: str, text: str) -> str:
    """Write an element in canonical form."""
    return f"<{name}>{escape(text)}</{name}>"


def check_envelope(message: bytes, now: datetime, issuer: x509.Certificate) -> etree._Element:
    """Return the Body of a customer's message, as it was signed.

    :raise RefusedError: it is not signed by a certificate of this bank, or too old
    """
    root = _parse(message)
    certificate = _certificate(root.find(f".//{{{WSSE}}}BinarySecurityToken"), issuer)
    signed = {str(part.tag): part for part in _verify(root, certificate, parts=2)}
    body, stamp = signed.get(f"{{{SOAP}}}Body"), signed.get(f"{{{WSU}}}Timestamp")
    if body is None or stamp is None:
        raise RefusedError("Body and Timestamp are not both signed")
    expires = datetime.fromisoformat(
        (stamp.findtext(f"{{{WSU}}}Expires") or "").replace("Z", "+00:00")
    )
    if not now - timedelta(minutes=1) <= expires <= now + timedelta(minutes=10):
        raise RefusedError("the message has expired")
    return body


def check_request(message: bytes, issuer: x509.Certificate) -> etree._Element:
    """Return a customer's inner request, as it was signed.

    :raise RefusedError: it is not signed, altered, or by somebody else
    """
    root = _parse(message)
    certificate = _certificate(root.find(f".//{{{DS}}}X509Certificate"), issuer)
    (signed,) = _verify(root, certificate, parts=1)
    if signed.tag != root.tag:
        raise RefusedError("the request is signed in parts only")
    return signed


def _verify(
    root: etree._Element, certificate: x509.Certificate, parts: int
) -> list[etree._Element]:
    """Return what a message's one signature covers."""
    expected = SignatureConfiguration(expect_references=parts)
    try:
        results = XMLVerifier().verify(
            root, x509_cert=certificate, id_attribute="Id", expect_config=expected
        )
    except (SignXMLException, ValueError) as error:
        raise RefusedError(f"the signature is wrong: {error}") from None
    found = results if isinstance(results, list) else [results]
    signed = [result.signed_xml for result in found if result.signed_xml is not None]
    if len(signed) != parts:
        raise RefusedError(f"{parts} signed parts were expected")
    return signed


def _certificate(carrier: etree._Element | None, issuer: x509.Certificate) -> x509.Certificate:
    if carrier is None:
        raise RefusedError("there is no certificate")
    certificate = x509.load_der_x509_certificate(base64.b64decode(carrier.text or ""))
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001
        raise RefusedError("the certificate is not of this bank") from None
    return certificate


def _child(parent: etree._Element, path: str) -> etree._Element:
    found = parent.findall(path)
    if len(found) != 1:
        raise RefusedError(f"there are {len(found)} {path.rpartition('}')[2]}")
    return found[0]


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise RefusedError("the message cannot be read") from None


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
