"""Check a JSON Web Token signed by RS256 (RFC 7515, RFC 7519), for faces whose clients sign."""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def read_token(token: str, public_key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token that the key's owner signed.

    :raise ValueError: if it is none, is signed otherwise or by somebody else
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("A token has three parts.")
    header, claims = (json.loads(_decode(part)) for part in parts[:2])
    if header.get("alg") != "RS256":
        raise ValueError("The algorithm is RS256.")
    key = serialization.load_pem_public_key(public_key.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("The registered key is not an RSA key.")
    signed = ".".join(parts[:2]).encode()
    try:
        key.verify(_decode(parts[2]), signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise ValueError("The signature is not the registered key's.") from error
    return header, claims


def _decode(part: str) -> bytes:
    if "=" in part:
        raise ValueError("Tokens are encoded without padding.")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def make_key_pair() -> tuple[str, str]:
    """Return a new private and public key as PEM texts."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()
