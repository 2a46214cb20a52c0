"""What payers write: the invoice number somewhere in a sentence, in their language.

>>> from random import Random
>>> text = write_text("DE", ["INV/2026/00042"], Random(3))
>>> "INV/2026/00042" in text
True
"""

from collections.abc import Sequence
from random import Random

TEXTS = {
    "DE": (
        "{n}",
        "Rechnung {n}",
        "RE {n} Kd. {k}",
        "Zahlung {n} vielen Dank",
        "{k} / Rg.-Nr. {n}",
        "Ihre Rechnung {n} vom {d}",
    ),
    "FR": (
        "{n}",
        "Facture {n}",
        "Règlement facture {n}",
        "Client {k} fact. {n}",
        "Votre facture {n} du {d}",
    ),
    "US": (
        "{n}",
        "Invoice {n}",
        "Pmt inv {n}",
        "ACCT {k} INV {n}",
        "Payment for invoice {n} dated {d}",
    ),
}
JOINTS = {"DE": (", ", " + ", " und "), "FR": (", ", " et ", " / "), "US": (", ", " & ", "; ")}


def write_text(
    country: str, numbers: Sequence[str], rng: Random, *, customer_number: str = "", dated: str = ""
) -> str:
    """Return a remittance text that names the invoices."""
    texts = [text for text in TEXTS[country] if customer_number or "{k}" not in text]
    texts = [text for text in texts if dated or "{d}" not in text]
    joined = rng.choice(JOINTS[country]).join(numbers)
    return rng.choice(texts).format(n=joined, k=customer_number, d=dated)
