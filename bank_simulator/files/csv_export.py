"""A statement as CSV, as a bank's web page would export it; the running balance proves it."""

import csv
import io

from .period import Period

COLUMNS = (
    *("Booking date", "Value date", "Amount", "Currency", "Name", "IBAN", "Text"),
    *("Reference", "End-to-end ID", "Bank reference", "Balance"),
)


def write(period: Period) -> bytes:
    """Return the file: UTF-8, semicolons, dates and amounts as ISO writes them."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    balance = period.opening
    for line in period.lines:
        movement = line.movement
        balance += line.amount
        dates = [line.booking_date.isoformat(), line.value_date.isoformat()]
        party = [movement.party.name, movement.party.account]
        texts = [line.text, movement.reference, movement.end_to_end_id, line.identifier]
        writer.writerow([*dates, line.amount, period.account.currency, *party, *texts, balance])
    return output.getvalue().encode("utf-8-sig")
