"""Tokens that prove who we are by a private key (JWT, RFC 7519, signed with RS256).

Three parts, each in base64 for addresses: what kind of token it is, what it claims, and the
signature over both.

>>> encoded({"alg": "RS256"})
'eyJhbGciOiJSUzI1NiJ9'
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .errors import ConnectorError


def sign_jwt(claims: Mapping[str, Any], private_key: str, *, key_id: str = "") -> str:
    """Return a token with these claims.

    :param private_key: an RSA key as PEM text, not encrypted
    :param key_id: by which the other side finds our public key (header ``kid``)
    :raises ConnectorError: ``config`` if the key is none
    """
    header = {"typ": "JWT", "alg": "RS256", **({"kid": key_id} if key_id else {})}
    content = f"{encoded(header)}.{encoded(claims)}"
    return f"{content}.{_text(sign_rs256(content.encode(), private_key))}"


def sign_rs256(content: bytes, private_key: str) -> bytes:
    """Return the signature RSASSA-PKCS1-v1_5 with SHA-256 over bytes.

    :raises ConnectorError: ``config`` if the key is none
    """
    return _key(private_key).sign(content, padding.PKCS1v15(), hashes.SHA256())


def encoded(part: Mapping[str, Any]) -> str:
    """Return one part of a token."""
    return _text(json.dumps(part, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _key(text: str) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(text.strip().encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ConnectorError(
            "config",
            "The private key of the connection is not an unencrypted RSA key in PEM.",
            hint="Upload the key as the provider gave it: it begins with -----BEGIN.",
        )
    return key
