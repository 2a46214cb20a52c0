"""From a bank's own JSON to lines of a feed, by the fields of a description."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timezone
from decimal import Decimal

from ....exceptions import StatementFileError
from ...formats.decimal_text import parse_decimal
from ...formats.statement import (
    Balance,
    BankCode,
    Identifiers,
    Party,
    Remittance,
    StructuredReference,
    Transaction,
)
from ..contract import FeedLine, RemoteAccount
from ..json_path import Path
from ..json_values import (
    as_amount,
    as_currency,
    as_day,
    as_text,
    broken,
    day_at,
    raw_json,
    shown,
)
from .description import (
    Accounts,
    AmountField,
    Balances,
    DayField,
    DayFormat,
    Flag,
    TransactionFields,
)

_MAX_SECONDS = 32503680000  # the year 3000
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF"})


def to_account(record: object, accounts: Accounts) -> RemoteAccount:
    """Return an account from its record."""
    values = {
        name: as_text(path.first(record), f"account: {path.text}")
        for name, path in accounts.fields.items()
    }
    if not values["identifier"]:
        raise broken(f"account: {accounts.fields['identifier'].text}", "it is missing")
    values["number"] = values.get("number", "").replace(" ", "").upper()
    values["currency"] = values.get("currency", "").upper()
    return RemoteAccount(**values)


def to_line(record: object, fields: TransactionFields, account: RemoteAccount) -> FeedLine | None:
    """Return a transaction, None if the description says that it is to be left out."""
    identifier = _text(record, fields.identifier)
    place = f"transaction {identifier}" if identifier else "transaction"
    if is_set(record, fields.ignored):
        return None
    texts = {name: _text(record, path) for name, path in fields.texts.items()}
    transaction = Transaction(
        amount=read_amount(record, fields.amount, place),
        currency=_currency(record, fields.currency, account, place),
        booking_date=read_day(record, fields.booking_date, place),
        value_date=_optional_day(record, fields.value_date, place),
        status="pending" if is_set(record, fields.pending) else "booked",
        bank_reference=texts.get("bank_reference", "") or identifier,
        entry_reference=texts.get("entry_reference", ""),
        identifiers=Identifiers(
            end_to_end_id=_end_to_end_id(texts), mandate_id=texts.get("mandate_id", "")
        ),
        remittance=Remittance(
            lines=_lines(record, fields.remittance),
            references=tuple(map(StructuredReference, _lines(record, fields.references))),
        ),
        additional_info="\n".join(_lines(record, fields.additional_info)),
        counterparty=_counterparty(texts),
        bank_code=BankCode(proprietary=texts.get("transaction_code", "")),
    )
    replaces = texts.get("replaces_id", "")
    return FeedLine(transaction, identifier, replaces_id=replaces, raw=raw_json(record))


def to_balances(
    answer: object, balances: Balances, account: RemoteAccount, today: date
) -> tuple[Balance, ...]:
    """Return the balances in an answer; those of a kind that is not named are left out."""
    found = []
    for record in balances.items.each(answer):
        kind = _text(record, balances.kind)
        code = balances.kinds.get(kind, "") if balances.kind else "ITBD"
        if code:
            found.append(
                Balance(
                    read_amount(record, balances.amount, "balance"),
                    _currency(record, balances.currency, account, "balance"),
                    _optional_day(record, balances.day, "balance") or today,
                    code,
                )
            )
    return tuple(found)


def is_set(record: object, flag: Flag | None) -> bool:
    """Whether the text that a flag looks at is one of its values."""
    if flag is None:
        return False
    value = flag.path.first(record)
    text = str(value).lower() if isinstance(value, bool) else as_text(value, flag.path.text)
    return text in flag.values


def read_amount(record: object, field: AmountField, place: str) -> Decimal:
    """Return a signed amount in major units."""
    if field.path is None:
        amount = _from_columns(record, field, place)
    else:
        amount = _number(field.path.first(record), field, f"{place}: {field.path.text}")
        amount = _directed(amount, record, field, place)
    return -amount if field.is_inverted else amount


def read_day(record: object, field: DayField, place: str) -> date:
    """Return a day, as it is written or in the bank's time zone."""
    value = field.path.first(record)
    place = f"{place}: {field.path.text}"
    if field.format.pattern in ("unix", "unix_ms"):
        return _from_unix(value, field.format, place)
    if field.format.pattern == "iso":
        zone = field.format.zone
        return day_at(value, zone, place) if zone else as_day(value, place)
    text = as_text(value, place)
    try:
        moment = datetime.strptime(text, field.format.pattern)  # noqa: DTZ007 - zone may be in it
    except ValueError:
        raise broken(place, f"{shown(value)} is no day like {field.format.pattern}") from None
    if moment.tzinfo and field.format.zone:
        moment = moment.astimezone(field.format.zone)
    return moment.date()


def _from_unix(value: object, form: DayFormat, place: str) -> date:
    seconds = as_amount(value, place) / (1000 if form.pattern == "unix_ms" else 1)
    if not 0 < seconds < _MAX_SECONDS:
        raise broken(place, f"{shown(value)} is no Unix time")
    return datetime.fromtimestamp(int(seconds), tz=form.zone or timezone.utc).date()


def _optional_day(record: object, field: DayField | None, place: str) -> date | None:
    if field is None or field.path.first(record) in (None, ""):
        return None
    return read_day(record, field, place)


def _from_columns(record: object, field: AmountField, place: str) -> Decimal:
    """Money in stands in one column and money out in another; one of them is empty or zero."""
    amounts = []
    for path in (field.credit, field.debit):
        value = path.first(record) if path else None
        words = f"{place}: {path.text if path else ''}"
        amounts.append(Decimal(0) if value in (None, "") else _number(value, field, words))
    credit, debit = amounts
    if credit and debit:
        raise broken(place, f"credit {credit} and debit {debit} stand side by side")
    return credit - abs(debit)


def _directed(amount: Decimal, record: object, field: AmountField, place: str) -> Decimal:
    if field.indicator is None:
        return amount
    value = _text(record, field.indicator)
    if value in field.debit_values:
        return -abs(amount)
    if value in field.credit_values:
        return abs(amount)
    raise broken(f"{place}: {field.indicator.text}", f"{shown(value)} is neither debit nor credit")


def _number(value: object, field: AmountField, place: str) -> Decimal:
    amount = _from_text(value, field, place) if isinstance(value, str) else as_amount(value, place)
    if field.minor_units:
        if amount != amount.to_integral_value():
            raise broken(place, f"{shown(value)} is no whole number of the smallest unit")
        return Decimal(int(amount)).scaleb(-field.minor_units)
    return amount


def _from_text(value: str, field: AmountField, place: str) -> Decimal:
    text = "".join(value.replace("'", "").replace("\u2019", "").split())
    try:
        return parse_decimal(text, field.decimal_mark)
    except StatementFileError:
        raise broken(place, f"{shown(value)} is no amount") from None


def _currency(record: object, path: Path | None, account: RemoteAccount, place: str) -> str:
    value = path.first(record) if path else None
    return as_currency(value or account.currency, f"{place}: currency")


def _counterparty(texts: dict[str, str]) -> Party:
    return Party(
        name=texts.get("counterparty_name", ""),
        account=texts.get("counterparty_account", "").replace(" ", "").upper(),
        bic=texts.get("counterparty_bic", ""),
        identifier=texts.get("counterparty_identifier", ""),
    )


def _end_to_end_id(texts: dict[str, str]) -> str:
    text = texts.get("end_to_end_id", "")
    return "" if text.upper().replace(" ", "") in _NO_REFERENCE else text


def _text(record: object, path: Path | None) -> str:
    return as_text(path.first(record), path.text) if path else ""


def _lines(record: object, paths: Iterable[Path]) -> tuple[str, ...]:
    """Return each text once; a list of texts may stand where a text is expected."""
    found = (value for path in paths for value in path.each(record))
    flat = (inner for value in found for inner in (value if isinstance(value, list) else [value]))
    texts = [line.strip() for value in flat for line in as_text(value, "text").splitlines()]
    return tuple(dict.fromkeys(text for text in texts if text))
