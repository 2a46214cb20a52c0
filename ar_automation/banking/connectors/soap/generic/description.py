"""Reading the description of a bank's SOAP service, with every mistake named.

A description is a JSON text. This one fetches movements by pages::

    {
      "wsdl": "tbc_dbi.wsdl",
      "operation": "GetAccountMovements",
      "namespaces": {"d": "http://www.mygemini.com/schemas/mygemini"},
      "security": {"kind": "username"},
      "parameters": {"filter": {"page": "{page}", "from": "{from_date}", "to": "{to_date}"}},
      "paging": {"first": 0, "size": 100},
      "lines": {"path": ".//d:movement", "id": "d:id", "amount": "d:sum", "booking_date": "d:day"}
    }

Instead of ``lines`` there may be ``file``: the answer carries a statement file. Paths are a small
part of XPath: names with prefixes, ``.``, ``..``, ``*``, ``//`` and an attribute at the end.

>>> description = read_description('{"wsdl": "tbc_dbi.wsdl", "operation": "GetAccountMovements",'
...     ' "parameters": {}, "file": {"path": ".//File", "encoding": "base64"}}')
>>> description.file.encoding
'base64'
>>> try:
...     read_description('{"wsdl": "tbc_dbi.wsdl", "operaton": "x"}')
... except ConnectorError as error:
...     print(error)
The description of the service has an unknown entry 'operaton'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import ConnectorError

MAX_TEXT = 500_000
_STEP = r"(?:\.\.?|\*|(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)"
_PATH = re.compile(rf"(?:\.?//)?{_STEP}(?://?{_STEP})*(?:/@[A-Za-z_][\w.-]*)?|@[A-Za-z_][\w.-]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
PLACEHOLDERS = frozenset({"account", "currency", "from_date", "to_date", "page", "page_number"})

_TOP = {
    "wsdl": str,
    "service": str,
    "port": str,
    "operation": str,
    "address": str,
    "namespaces": dict,
    "security": dict,
    "parameters": dict,
    "paging": dict,
    "lines": dict,
    "file": dict,
}
_SECURITY = {"kind": str, "digest": bool, "nonce": bool, "verify": bool, "tls": bool}
_PAGING = {"first": int, "size": int}
_FILE = {"path": str, "encoding": str, "packed": bool, "reference": str}
_SIGN = {"path": str, "credit": list, "debit": list}
# What of a line is told by a path.
LINE_PATHS = (
    "id",
    "amount",
    "currency",
    "booking_date",
    "value_date",
    "name",
    "account",
    "bic",
    "party_id",
    "text",
    "more_text",
    "reference",
    "end_to_end_id",
    "bank_reference",
    "code",
)
_LINES = {"path": str, "sign": dict, "date_format": str, "decimal": str} | dict.fromkeys(
    LINE_PATHS, str
)


@dataclass(frozen=True, slots=True)
class Security:
    """How we are named: ``none``, ``username`` (text or digest) or ``x509``.

    ``has_nonce`` sends the connection's one-time code as the nonce; ``is_verified`` demands that
    answers are signed by the bank's certificate; ``has_tls`` shows our certificate on TLS level.
    """

    kind: str = "none"
    is_digest: bool = False
    has_nonce: bool = False
    is_verified: bool = False
    has_tls: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """Which texts at a path mean money in (``credit``) and which money out (``debit``)."""

    path: str
    credit: tuple[str, ...]
    debit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the movements of an answer are, and what in them is what."""

    path: str
    paths: Mapping[str, str]
    sign: Sign | None = None
    date_format: str = ""
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class StatementFile:
    """Where in an answer a statement file is; ``encoding`` is ``base64`` or ``text``."""

    path: str
    encoding: str = "base64"
    is_packed: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A bank's service as data. Exactly one of ``lines`` and ``file`` is set."""

    wsdl: str
    operation: str
    parameters: Mapping[str, Any]
    service: str = ""
    port: str = ""
    address: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    security: Security = Security()
    first_page: int = 0
    page_size: int = 0
    lines: Lines | None = None
    file: StatementFile | None = None


def read_description(text: str) -> Description:
    """Return the description in a JSON text.

    :raises ConnectorError: ``config``, with the entry that is wrong and what is expected
    """
    data = _load(text)
    _check_entries(data, _TOP, "")
    for name in ("wsdl", "operation", "parameters"):
        if name not in data:
            raise _wrong(f"lacks the entry '{name}'")
    if ("lines" in data) == ("file" in data):
        raise _wrong("must have one of 'lines' and 'file'")
    namespaces = data.get("namespaces", {})
    if not all(isinstance(value, str) for value in namespaces.values()):
        raise _wrong("must give each prefix in 'namespaces' a text")
    _check_parameters(data["parameters"])
    paging = data.get("paging", {})
    _check_entries(paging, _PAGING, "paging")
    return Description(
        wsdl=data["wsdl"],
        operation=data["operation"],
        parameters=data["parameters"],
        service=data.get("service", ""),
        port=data.get("port", ""),
        address=data.get("address", ""),
        namespaces=namespaces,
        security=_read_security(data.get("security", {})),
        first_page=paging.get("first", 0),
        page_size=_page_size(paging),
        lines=_read_lines(data["lines"], namespaces) if "lines" in data else None,
        file=_read_file(data["file"], namespaces) if "file" in data else None,
    )


def _load(text: str) -> dict[str, Any]:
    if len(text) > MAX_TEXT:
        raise _wrong("is too long")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise _wrong(f"is no JSON{place}") from None
    if not isinstance(data, dict):
        raise _wrong("must be a JSON object")
    return data


def _check_entries(data: Mapping[str, Any], known: Mapping[str, type], place: str) -> None:
    within = f" in '{place}'" if place else ""
    for name, value in data.items():
        if name not in known:
            raise _wrong(f"has an unknown entry '{name[:60]}'{within}")
        kind = known[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            words = {str: "a text", dict: "an object", list: "a list", int: "a number"}
            raise _wrong(f"must have {words.get(kind, 'true or false')} as '{name}'{within}")


def _check_parameters(value: Any) -> None:
    if isinstance(value, dict):
        for inner in value.values():
            _check_parameters(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_parameters(inner)
    elif isinstance(value, str):
        unknown = set(_PLACEHOLDER.findall(value)) - PLACEHOLDERS
        if unknown:
            known = ", ".join(sorted(PLACEHOLDERS))
            raise _wrong(f"has a placeholder '{{{unknown.pop()}}}'; there are: {known}")


def _page_size(paging: Mapping[str, Any]) -> int:
    size = paging.get("size", 0)
    if paging and not 1 <= size <= 10_000:
        raise _wrong("must have a number from 1 to 10000 as 'size' in 'paging'")
    return int(size)


def _read_security(data: Mapping[str, Any]) -> Security:
    _check_entries(data, _SECURITY, "security")
    kind = data.get("kind", "none")
    if kind not in ("none", "username", "x509"):
        raise _wrong("must have 'none', 'username' or 'x509' as 'kind' in 'security'")
    return Security(
        kind=kind,
        is_digest=data.get("digest", False),
        has_nonce=data.get("nonce", False),
        is_verified=data.get("verify", kind == "x509"),
        has_tls=data.get("tls", False),
    )


def _read_lines(data: Mapping[str, Any], namespaces: Mapping[str, str]) -> Lines:
    _check_entries(data, _LINES, "lines")
    for name in ("path", "amount", "booking_date"):
        if not data.get(name):
            raise _wrong(f"lacks the entry '{name}' in 'lines'")
    paths = {name: data[name] for name in LINE_PATHS if data.get(name)}
    for name, path in {"path": data["path"], **paths}.items():
        _check_path(path, f"lines.{name}", namespaces)
    if data.get("decimal", ".") not in (".", ","):
        raise _wrong("must have '.' or ',' as 'decimal' in 'lines'")
    sign = _read_sign(data["sign"], namespaces) if "sign" in data else None
    return Lines(data["path"], paths, sign, data.get("date_format", ""), data.get("decimal", "."))


def _read_sign(data: Mapping[str, Any], namespaces: Mapping[str, str]) -> Sign:
    _check_entries(data, _SIGN, "lines.sign")
    _check_path(data.get("path", ""), "lines.sign.path", namespaces)
    credit, debit = data.get("credit", []), data.get("debit", [])
    if not credit or not debit:
        raise _wrong("must list the texts for 'credit' and 'debit' in 'lines.sign'")
    return Sign(data["path"], tuple(map(str, credit)), tuple(map(str, debit)))


def _read_file(data: Mapping[str, Any], namespaces: Mapping[str, str]) -> StatementFile:
    _check_entries(data, _FILE, "file")
    _check_path(data.get("path", ""), "file.path", namespaces)
    if data.get("reference"):
        _check_path(data["reference"], "file.reference", namespaces)
    if data.get("encoding", "base64") not in ("base64", "text"):
        raise _wrong("must have 'base64' or 'text' as 'encoding' in 'file'")
    return StatementFile(
        data["path"],
        data.get("encoding", "base64"),
        data.get("packed", False),
        data.get("reference", ""),
    )


def _check_path(path: str, place: str, namespaces: Mapping[str, str]) -> None:
    if not _PATH.fullmatch(path):
        raise _wrong(f"has a path that is none in '{place}': {path[:80]!r}")
    for prefix in re.findall(r"([A-Za-z_][\w.-]*):", path):
        if prefix not in namespaces:
            raise _wrong(f"uses the prefix '{prefix}' in '{place}', which 'namespaces' lacks")


def _wrong(reason: str) -> ConnectorError:
    return ConnectorError(
        "config",
        f"The description of the service {reason}.",
        hint="Correct the description in the connection; the documentation explains each entry.",
    )
