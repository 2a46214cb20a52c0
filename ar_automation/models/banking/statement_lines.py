"""From one transaction as the bank tells it to the values of one statement line."""

from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal


def prepare_line_vals(transaction, journal, key):
    """Return what a booked transaction says, as values for ``account.bank.statement.line``.

    :param Transaction transaction: amounts in the journal's currency, money in positive.
    """
    remittance = transaction.remittance
    return {
        "journal_id": journal.id,
        "date": transaction.booking_date,
        "amount": float(transaction.amount),
        "payment_ref": describe(transaction),
        "partner_name": transaction.counterparty.name or transaction.ultimate_counterparty.name,
        "account_number": transaction.counterparty.account,
        "narration": transaction.additional_info,
        "transaction_type": transaction.bank_code.proprietary
        or "/".join(filter(None, _iso_code(transaction.bank_code))),
        "transaction_details": as_json(
            {
                "identifiers": transaction.identifiers,
                "references": [item.value for item in remittance.references],
                "documents": remittance.documents,
                "counterparty": transaction.counterparty,
                "ultimate_counterparty": transaction.ultimate_counterparty,
                "charges": transaction.charges,
                "exchange": transaction.exchange,
                "return_reason": transaction.return_reason,
                "batch": transaction.batch,
                "value_date": transaction.value_date,
                "reversal": transaction.is_reversal,
            }
        ),
        "ar_transaction_key": key,
        "ar_bank_reference": transaction.bank_reference or transaction.entry_reference,
        "ar_end_to_end_id": transaction.identifiers.end_to_end_id,
    }


def describe(transaction):
    """One line that says what the payment is for, with every reference that the payer gave."""
    remittance = transaction.remittance
    text = " ".join(" ".join(remittance.lines).split())
    references = [item.value for item in remittance.references]
    references += [item.number for item in remittance.documents]
    parts = [text, *dict.fromkeys(item for item in references if item and item not in text)]
    fallbacks = (
        transaction.additional_info,
        transaction.identifiers.end_to_end_id,
        transaction.counterparty.name,
        transaction.entry_reference,
        "/",
    )
    return " ".join(filter(None, parts)) or next(filter(None, fallbacks))


def as_json(value):
    """JSON values of nested plain values, without what is empty; money stays exact, as text."""
    if is_dataclass(value):
        value = asdict(value)
    if isinstance(value, dict):
        cleaned = {name: as_json(item) for name, item in value.items()}
        return {name: item for name, item in cleaned.items() if item not in (None, "", [], {}, 0)}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _iso_code(bank_code):
    return bank_code.domain, bank_code.family, bank_code.subfamily
