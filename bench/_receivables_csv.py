"""Reads a file of past invoices in the shape of IBM's public sample *Accounts Receivable*."""

import csv
from datetime import datetime
from pathlib import Path

from odoo.addons.ar_automation.engine.credit.payment_backtest import PastInvoice
from odoo.addons.ar_automation.engine.credit.payment_model import InvoiceFacts, Payment


def read_history(path):
    """Paid invoices of a file, in its order.

    Whether an invoice was disputed is known with its payment, never on its date.
    """
    with Path(path).open(newline="", encoding="utf-8-sig") as stream:
        return [_past_invoice(row) for row in csv.DictReader(stream) if row["SettledDate"]]


def _past_invoice(row):
    facts = InvoiceFacts(
        row["customerID"],
        _day(row["InvoiceDate"]),
        _day(row["DueDate"]),
        float(row["InvoiceAmount"]),
        is_electronic=row["PaperlessBill"] != "Paper",
    )
    paid = _day(row["SettledDate"])
    late = (paid - facts.due_date).days
    return PastInvoice(facts, Payment(late, paid, facts.features(), row["Disputed"] == "Yes"))


def _day(text):
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 a date has no zone
