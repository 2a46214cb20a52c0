"""XML signatures (W3C XML-DSig): sign a document, verify a bank's, read only what was signed.

A signature covers *references*: each names a part of the document, says how it is written down
canonically (``c14n``), and holds the digest of those bytes. The signature value then covers the
list of references. The trap is *wrapping*: the signature is genuine, but the program reads another
element than the signed one. Here the verified content is parsed again from exactly the bytes that
were digested; there is no other way to get at it.

Only what banks use is understood: RSA (PKCS#1 v1.5) with SHA-256, -384, -512 and, where the
connection allows it, SHA-1; inclusive and exclusive C14N; the enveloped transform. Nothing can
be computed by the document itself (no XPath, no XSLT), nothing is fetched.

>>> digest(b"<b></b>", hashes.SHA256()).hex()[:16]
'105f003a16d1f4e8'
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from ..errors import ConnectorError
from .c14n import EXCLUSIVE, INCLUSIVE, PLAIN, Canonical, canonical, canonical_of, forged
from .safe_xml import read_xml
from .trust import Trust, is_signature_by, read_embedded, to_base64

DS = "http://www.w3.org/2000/09/xmldsig#"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
ENVELOPED = DS + "enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

_ID_ATTRIBUTES = (f"{{{WSU}}}Id", "Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    DS + "sha1": hashes.SHA1,
    SHA256: hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashes.SHA512,
}
_SIGNATURES: dict[str, type[hashes.HashAlgorithm]] = {
    DS + "rsa-sha1": hashes.SHA1,
    RSA_SHA256: hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512,
}
_MAX_REFERENCES = 10


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part of a document as it was signed; ``content`` is the canonical text of it.

    ``element`` is where it stands in the document that was given (for comparing places only).
    """

    element: etree._Element
    content: bytes

    def parse(self) -> etree._Element:
        """Return the part, parsed from the signed bytes and hence without anything unsigned."""
        return read_xml(self.content)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document whose enveloped signature is right: its content, and who signed it."""

    root: etree._Element
    content: bytes
    certificate: x509.Certificate


def sign_enveloped(
    root: etree._Element, key: rsa.RSAPrivateKey, certificate: x509.Certificate
) -> bytes:
    """Append an enveloped signature (RSA-SHA256) over the whole document and return its bytes.

    The bytes must be sent unchanged.
    """
    content = canonical(root, PLAIN)
    signature = build_signature(
        [("", content, (ENVELOPED, INCLUSIVE))], _key_info(certificate), INCLUSIVE
    )
    root.append(signature)
    complete_signature(signature, key)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def verify_enveloped(content: bytes, trust: Trust, tag: str = "") -> SignedDocument:
    """Return a document that carries its own signature, without the signature.

    :param tag: the root element that is expected, as ``{namespace}name``; any if empty
    :raises ConnectorError: ``protocol``: unsigned, altered, or signed in a way that leaves
        parts out; ``auth``: signed by somebody else
    """
    root = read_xml(content, "The signed document")
    if tag and root.tag != tag:
        raise ConnectorError("protocol", f"The bank sent <{_local(root)}> for <{_name(tag)}>.")
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise forged("does not carry exactly one signature of its own")
    return _verified(signatures[0], root, trust)


def verify_part(root: etree._Element, part: etree._Element, trust: Trust) -> SignedDocument:
    """Return a part of a document that carries its own signature as its child.

    :raises ConnectorError: as :func:`verify_enveloped`
    """
    signatures = part.findall(f"{{{DS}}}Signature")
    if len(signatures) != 1 or len(list(root.iter(f"{{{DS}}}Signature"))) != 1:
        raise forged("does not carry exactly one signature of its own")
    return _verified(signatures[0], part, trust)


def _verified(signature: etree._Element, owner: etree._Element, trust: Trust) -> SignedDocument:
    parts, certificate = verify_signature(signature, trust, embedded_certificates(signature))
    if len(parts) != 1 or parts[0].element is not owner:
        raise forged("is signed in parts only")
    return SignedDocument(parts[0].parse(), parts[0].content, certificate)


def verify_signature(
    signature: etree._Element, trust: Trust, offered: list[x509.Certificate]
) -> tuple[list[SignedPart], x509.Certificate]:
    """Verify one signature element and return the parts that it covers, and who made it.

    :param offered: the certificates that the signature says it was made with
    :raises ConnectorError: ``protocol`` if it is wrong, ``auth`` if its maker is not trusted
    """
    info = _one(signature, "SignedInfo")
    certificate = trust.choose(offered)
    method = _one(info, "CanonicalizationMethod")
    signed = canonical(info, canonical_of(method))
    algorithm = _algorithm(_one(info, "SignatureMethod"), _SIGNATURES, trust)
    value = _decode(_one(signature, "SignatureValue"))
    if not is_signature_by(certificate, value, signed, algorithm):
        raise forged("has a wrong signature: it was altered on the way, or is not the bank's")
    # What is followed is the list as it was signed, not as it stands in the document.
    references = read_xml(signed).findall(f"{{{DS}}}Reference")
    if not 1 <= len(references) <= _MAX_REFERENCES:
        raise forged("has a signature over nothing, or over too many parts")
    return [_verify_reference(each, signature, trust) for each in references], certificate


def _verify_reference(
    reference: etree._Element, signature: etree._Element, trust: Trust
) -> SignedPart:
    element = _find(reference.get("URI"), signature)
    content = _transformed(element, reference, signature)
    algorithm = _algorithm(_one(reference, "DigestMethod"), _DIGESTS, trust)
    expected = _decode(_one(reference, "DigestValue"))
    if not hmac.compare_digest(digest(content, algorithm), expected):
        raise forged(f"was altered after it was signed (in <{_local(element)}>)")
    return SignedPart(element, content)


def _find(uri: str | None, signature: etree._Element) -> etree._Element:
    root = signature.getroottree().getroot()
    if uri == "":
        return root
    if not uri or not uri.startswith("#"):
        raise forged("has a signature over something outside of itself")
    found = [each for each in root.iter(etree.Element) if uri[1:] in _ids(each)]
    if len(found) != 1:
        raise forged(f"has {len(found)} elements that are called '{uri[1:][:60]}'")
    return found[0]


def _ids(element: etree._Element) -> set[str | None]:
    return {element.get(name) for name in _ID_ATTRIBUTES}


def _transformed(
    element: etree._Element, reference: etree._Element, signature: etree._Element
) -> bytes:
    transforms = reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")
    names = [each.get("Algorithm") for each in transforms]
    is_enveloped = names[:1] == [ENVELOPED]
    rest = transforms[1:] if is_enveloped else transforms
    if len(rest) > 1:
        raise forged("is signed in a way that is not known here")
    # Without any canonical form said, the standard's is the inclusive one. References within a
    # document never cover comments.
    form = canonical_of(rest[0]) if rest else PLAIN
    form = Canonical(form.is_exclusive, with_comments=False, prefixes=form.prefixes)
    if is_enveloped and element not in signature.iterancestors():
        raise forged("has a signature that is not inside of what it covers")
    return canonical(element, form, without=signature if is_enveloped else None)


def build_signature(
    parts: Sequence[tuple[str, bytes, tuple[str, ...]]],
    key_info: etree._Element,
    canonicalization: str = EXCLUSIVE,
) -> etree._Element:
    """Return a signature element without its value.

    :param parts: for each reference its URI, the canonical content and its transforms
    """
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=canonicalization)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=RSA_SHA256)
    for uri, content, transforms in parts:
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=uri)
        chain = etree.SubElement(reference, f"{{{DS}}}Transforms")
        for name in transforms:
            etree.SubElement(chain, f"{{{DS}}}Transform", Algorithm=name)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        value = etree.SubElement(reference, f"{{{DS}}}DigestValue")
        value.text = base64.b64encode(digest(content, hashes.SHA256())).decode()
    etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    signature.append(key_info)
    return signature


def complete_signature(signature: etree._Element, key: rsa.RSAPrivateKey) -> None:
    """Compute the value of a signature element, which must be in its place already.

    Its place decides which namespaces it inherits, and so what is signed.
    """
    info = _one(signature, "SignedInfo")
    form = canonical_of(_one(info, "CanonicalizationMethod"))
    value = key.sign(canonical(info, form), padding.PKCS1v15(), hashes.SHA256())
    _one(signature, "SignatureValue").text = base64.b64encode(value).decode()


def digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    """Return the digest of a content."""
    hasher = hashes.Hash(algorithm)
    hasher.update(content)
    return hasher.finalize()


def embedded_certificates(signature: etree._Element) -> list[x509.Certificate]:
    """Return the certificates that a signature carries in itself."""
    path = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    return [read_embedded(each.text or "") for each in signature.findall(path)[:_MAX_REFERENCES]]


def _key_info(certificate: x509.Certificate) -> etree._Element:
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    data = etree.SubElement(info, f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = to_base64(certificate)
    return info


def _algorithm(
    method: etree._Element, known: dict[str, type[hashes.HashAlgorithm]], trust: Trust
) -> hashes.HashAlgorithm:
    name = method.get("Algorithm", "")
    algorithm = known.get(name)
    if algorithm is None:
        raise forged(f"is signed by a method that is not known here ({name[-40:]})")
    if algorithm is hashes.SHA1 and not trust.allows_weak:
        raise ConnectorError(
            "protocol",
            "The bank's answer is signed with SHA-1, which can be forged.",
            hint="Use the bank's SHA-256 service; only as a last resort allow weak algorithms "
            "in the connection.",
        )
    return algorithm()


def _one(element: etree._Element, name: str) -> etree._Element:
    found = element.findall(f"{{{DS}}}{name}")
    if len(found) != 1:
        raise forged(f"has a damaged signature ({len(found)} times <{name}>)")
    return found[0]


def _decode(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (ValueError, binascii.Error):
        raise forged(f"has a damaged signature (in <{_local(element)}>)") from None


def _local(element: etree._Element) -> str:
    return _name(str(element.tag))


def _name(tag: str) -> str:
    return tag.rpartition("}")[2][:60]
