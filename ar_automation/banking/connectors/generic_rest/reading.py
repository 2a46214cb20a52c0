"""From the JSON text of a description to its values, or to all of its faults at once.

>>> try:
...     read_description('{"name": "B", "base_url": "https://b.example", "transactions": {}}')
... except ConnectorError as error:
...     print(error)
The description of the bank has 5 faults: transactions.path: it is missing; transactions.items: \
it is missing; transactions.fields.booking_date: it is missing; transactions.fields.amount: \
it is missing; accounts: either accounts or fixed_accounts must be there.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..contract import RemoteAccount
from ..errors import HINTS, ConnectorError
from ..json_path import Path, parse_path
from .description import (
    Accounts,
    AmountField,
    Auth,
    AuthKind,
    Balances,
    DayField,
    DayFormat,
    Description,
    Flag,
    Paging,
    PagingKind,
    Refusal,
    Request,
    TransactionFields,
    Transactions,
)
from .keys import Keys

_MAX_LENGTH = 100_000
_ROOT = parse_path("")
_SECRETS = frozenset({"username", "secret"})
_ACCOUNT = frozenset({"account", "number", "currency"})
_WINDOW = _ACCOUNT | {"from_date", "to_date", "cursor", "page", "offset", "page_size"}
_ACCOUNT_FIELDS = ("identifier", "number", "currency", "name", "owner_name", "bic")
_TEXT_FIELDS = (
    "counterparty_name",
    "counterparty_account",
    "counterparty_bic",
    "counterparty_identifier",
    "end_to_end_id",
    "mandate_id",
    "bank_reference",
    "entry_reference",
    "transaction_code",
    "replaces_id",
)
# No names of months or days: they depend on the language of the machine.
_DIRECTIVES = re.compile(r"(?:[^%]|%[dmYyHMSfzj%])+", re.ASCII)


def read_description(text: str) -> Description:
    """Return a description from its JSON text.

    :raises ConnectorError: ``config``, with every fault under the name of its key
    """
    if len(text) > _MAX_LENGTH:
        _refuse([f"it is longer than {_MAX_LENGTH} characters"])
    try:
        record = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        _refuse([f"it is no valid JSON{where}"])
    faults: list[str] = []
    description = _description(Keys(record, "", faults))
    if faults:
        _refuse(faults)
    return description


def _refuse(faults: list[str]) -> NoReturn:
    shown = "; ".join(faults[:5]) + ("; ..." if len(faults) > 5 else ".")
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    raise ConnectorError(
        "config",
        f"The description of the bank has {count}: {shown}",
        hint="Correct the description; docs/banks/generic-rest.md explains each key.",
    )


def _description(keys: Keys) -> Description:
    found = Description(
        name=keys.text("name", is_required=True),
        base_url=_address(keys, "base_url"),
        transactions=_transactions(keys.part("transactions")),
        auth=_auth(keys.part("auth")),
        accounts=_accounts(keys.part("accounts")) if keys.has("accounts") else None,
        fixed_accounts=tuple(_fixed_account(part) for part in keys.parts("fixed_accounts")),
        balances=_balances(keys.part("balances")) if keys.has("balances") else None,
        refusals=tuple(_refusal(part) for part in keys.parts("errors")),
    )
    if bool(found.accounts) == bool(found.fixed_accounts):
        keys.fault("accounts", "either accounts or fixed_accounts must be there")
    keys.finish()
    return found


def _address(keys: Keys, name: str) -> str:
    """Whether the host may be reached is the HTTP client's to say."""
    text = keys.text(name, is_required=True)
    parts = urlsplit(text) if text.isascii() and not re.search(r"[\s\[\]]", text) else None
    if text and (parts is None or parts.scheme not in ("https", "http") or not parts.netloc):
        keys.fault(name, "it must begin with https:// and the name of the bank's server")
    return text


def _auth(keys: Keys) -> Auth:
    kind = keys.choice("kind", get_args(AuthKind))
    template = keys.templates("value", _SECRETS) or ""
    auth = Auth(
        kind=kind,  # type: ignore[arg-type]
        header=keys.text("header", "Authorization"),
        template=template if isinstance(template, str) else "",
        token_url=_address(keys, "token_url") if kind == "oauth2" else "",
        scope=keys.text("scope"),
        in_body=keys.flag("in_body"),
    )
    if not re.fullmatch(r"[A-Za-z0-9-]+", auth.header):
        keys.fault("header", "it is no name of a header")
    if kind == "header" and "{secret}" not in auth.template:
        keys.fault("value", "it must contain {secret}")
    keys.finish()
    return auth


def _request(keys: Keys, allowed: frozenset[str]) -> Request:
    """Read the keys of a request; they stand beside those that say what the answer holds."""
    path = keys.templates("path", allowed)
    if not isinstance(path, str) or not path:
        keys.fault("path", "it is missing" if path is None else "it must be a text in quotes")
        path = ""
    elif "://" in path or "?" in path:
        keys.fault("path", "it must follow base_url and have no '?'; use query")
    return Request(
        path=path,
        method=keys.choice("method", ("GET", "POST")),
        query=_texts_by_name(keys, "query", allowed),
        headers=_texts_by_name(keys, "headers", allowed),
        body=keys.templates("body", allowed),
    )


def _texts_by_name(keys: Keys, name: str, allowed: frozenset[str]) -> dict[str, str]:
    values = keys.templates(name, allowed)
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        keys.fault(name, "it must be an object of texts")
        return {}
    return values


def _transactions(keys: Keys) -> Transactions:
    found = Transactions(
        request=_request(keys, _WINDOW),
        items=keys.path("items", is_required=True) or _ROOT,
        fields=_transaction_fields(keys.part("fields")),
        paging=_paging(keys.part("paging")),
        date_format=_pattern(keys, "date_format", "%Y-%m-%d"),
        is_end_exclusive=keys.flag("is_end_exclusive"),
    )
    keys.finish()
    return found


def _transaction_fields(keys: Keys) -> TransactionFields:
    texts = {name: keys.path(name) for name in _TEXT_FIELDS}
    found = TransactionFields(
        booking_date=_day(keys, "booking_date", is_required=True) or DayField(_ROOT),
        amount=_amount(keys, "amount"),
        identifier=keys.path("id"),
        value_date=_day(keys, "value_date"),
        currency=keys.path("currency"),
        pending=_flag(keys, "pending"),
        ignored=_flag(keys, "ignored"),
        remittance=keys.paths("remittance"),
        references=keys.paths("structured_references"),
        additional_info=keys.paths("additional_info"),
        texts={name: path for name, path in texts.items() if path},
    )
    keys.finish()
    return found


def _day(keys: Keys, name: str, *, is_required: bool = False) -> DayField | None:
    if not keys.has(name):
        if is_required:
            keys.fault(name, "it is missing")
        return None
    part = keys.part(name)
    path = part.path("path", is_required=True)
    found = DayField(path or _ROOT, DayFormat(_pattern(part, "format", "iso"), _zone(part)))
    part.finish()
    return found


def _pattern(keys: Keys, name: str, default: str) -> str:
    pattern = keys.text(name, default)
    if pattern not in ("iso", "unix", "unix_ms") and (
        "%" not in pattern or not _DIRECTIVES.fullmatch(pattern)
    ):
        keys.fault(name, f"'{pattern}' is neither iso, unix, unix_ms nor a pattern like %d.%m.%Y")
    return pattern


def _zone(keys: Keys) -> ZoneInfo | None:
    name = keys.text("time_zone")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        keys.fault("time_zone", f"there is no time zone '{name}'; write it like Europe/Paris")
        return None


def _amount(keys: Keys, name: str) -> AmountField:
    if not keys.has(name):
        keys.fault(name, "it is missing")
        return AmountField()
    part = keys.part(name)
    found = AmountField(
        path=part.path("path"),
        credit=part.path("credit_path"),
        debit=part.path("debit_path"),
        indicator=part.path("indicator"),
        debit_values=part.texts("debit_values"),
        credit_values=part.texts("credit_values"),
        minor_units=part.number("minor_units", 0, low=0, high=5),
        decimal_mark=part.choice("decimal_mark", (".", ",")),
        is_inverted=part.flag("is_inverted"),
    )
    if found.path is None and not (found.credit and found.debit):
        part.fault("path", "either path or credit_path and debit_path must be there")
    if found.path is not None and (found.credit or found.debit):
        part.fault("path", "path and credit_path or debit_path exclude each other")
    if found.indicator and not (found.debit_values and found.credit_values):
        part.fault("indicator", "debit_values and credit_values must say what it may be")
    if found.debit_values & found.credit_values:
        part.fault("debit_values", "a value cannot be both debit and credit")
    part.finish()
    return found


def _flag(keys: Keys, name: str) -> Flag | None:
    if not keys.has(name):
        return None
    part = keys.part(name)
    found = _flag_of(part)
    part.finish()
    return found


def _flag_of(part: Keys) -> Flag:
    path = part.path("path", is_required=True)
    values = part.texts("values")
    if not values:
        part.fault("values", "it must list at least one text")
    return Flag(path or _ROOT, values)


def _paging(keys: Keys) -> Paging:
    kind = keys.choice("kind", get_args(PagingKind))
    found = Paging(
        kind=kind,  # type: ignore[arg-type]
        size=keys.number("size", 100, low=1, high=10_000),
        first=keys.number("first", 1, low=0, high=1),
        path=keys.path("path", is_required=kind in ("cursor", "next_link")),
        has_more=keys.path("has_more"),
        total=keys.path("total"),
    )
    keys.finish()
    return found


def _accounts(keys: Keys) -> Accounts:
    fields = keys.part("fields")
    paths: dict[str, Path | None] = {
        name: fields.path(name, is_required=name == "identifier") for name in _ACCOUNT_FIELDS
    }
    fields.finish()
    found = Accounts(
        request=_request(keys, frozenset()),
        items=keys.path("items", is_required=True) or _ROOT,
        fields={name: path for name, path in paths.items() if path},
    )
    keys.finish()
    return found


def _fixed_account(keys: Keys) -> RemoteAccount:
    values: dict[str, Any] = {
        name: keys.text(name, is_required=name == "identifier") for name in _ACCOUNT_FIELDS
    }
    keys.finish()
    return RemoteAccount(**values)


def _balances(keys: Keys) -> Balances:
    kinds = keys.templates("kinds", frozenset()) or {}
    found = Balances(
        items=keys.path("items", is_required=True) or _ROOT,
        amount=_amount(keys, "amount"),
        request=_request(keys, _WINDOW) if keys.has("path") else None,
        currency=keys.path("currency"),
        day=_day(keys, "date"),
        kind=keys.path("kind"),
        kinds=kinds if isinstance(kinds, dict) else {},
    )
    if found.kind and not found.kinds:
        keys.fault("kinds", 'it must say which ISO code each kind has, like {"booked": "CLBD"}')
    keys.finish()
    return found


def _refusal(keys: Keys) -> Refusal:
    kind = keys.choice("kind", tuple(HINTS))
    found = Refusal(kind, _flag_of(keys))  # type: ignore[arg-type]
    keys.finish()
    return found
