"""Certificates made for one test run."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass
class Authority:
    name: x509.Name
    key: Any
    pem: str


def authority(title):
    key, name = new_key(), common_name(title)
    builder = draft(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return Authority(name, key, pem(builder.sign(key, hashes.SHA256())))


def certificate(issuer, title, *, until=timedelta(days=30)):
    """Return certificate and private key as PEM texts."""
    key = new_key()
    builder = draft(common_name(title), issuer.name, key, until)
    builder = builder.add_extension(x509.SubjectAlternativeName([alternative(title)]), False)
    return pem(builder.sign(issuer.key, hashes.SHA256())), key_pem(key)


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM).decode()


def common_name(title):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])


def alternative(title):
    try:
        return x509.IPAddress(ipaddress.ip_address(title))
    except ValueError:
        return x509.DNSName(title.replace(" ", "-"))


def draft(subject, issuer, key, until=timedelta(days=30)):
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + until)
    )
