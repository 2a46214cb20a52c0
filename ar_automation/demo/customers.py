"""The sixty customers, with all that identifies them.

>>> customers = generate_customers("nordwind")
>>> len(customers), sorted({customer.country for customer in customers})
(60, ['DE', 'FR', 'US'])
>>> customers == generate_customers("nordwind")
True
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from . import identifiers
from .catalogue import BEHAVIOURS, TERMS
from .customer_names import AMERICAN, CONTACTS, FRENCH, GERMAN
from .scene import roll

ORDER_VALUE = Decimal(2600)
LIMIT_STEP = Decimal(5000)
FIRST_NUMBER = 10401
LANGUAGES = {"DE": "de_DE", "FR": "fr_FR", "US": "en_US"}
PREFIXES = {"DE": "+49 30 2345", "FR": "+33 1 99 00", "US": "+1 202 555"}
STATES = {
    "Pittsburgh": "PA",
    "Roanoke": "VA",
    "Portland": "OR",
    "Memphis": "TN",
    "Cleveland": "OH",
    "Grand Island": "NE",
    "Poughkeepsie": "NY",
    "Las Vegas": "NV",
    "Springfield": "MO",
    "Tacoma": "WA",
    "Santa Fe": "NM",
    "Norfolk": "VA",
}


@dataclass(frozen=True)
class Customer:
    """Who a customer is, what it may owe (in company currency) and how it behaves."""

    key: str
    number: str
    name: str
    parent: str
    street: str
    postcode: str
    town: str
    state: str
    country: str
    currency: str
    language: str
    vat: str
    contact: str
    email: str
    phone: str
    account: str
    bic: str
    behaviour: str
    terms: str
    size: int
    credit_limit: Decimal
    direct_debit: bool


def slug_of(name: str) -> str:
    """Return a name as it may stand in an e-mail address.

    >>> slug_of("Brandt & Söhne Anlagenbau GmbH")
    'brandt-soehne'
    """
    umlauts = name.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    plain = unicodedata.normalize("NFKD", umlauts).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z]+", plain)[:2])


def generate_customers(seed: str) -> tuple[Customer, ...]:
    """Return the customers; the same seed gives the same ones."""
    rows = [("DE", row) for row in GERMAN]
    rows += [("FR", row) for row in FRENCH]
    rows += [("US", row) for row in AMERICAN]
    return tuple(
        _make_customer(country, row, place, seed) for place, (country, row) in enumerate(rows)
    )


def _make_customer(country: str, row: str, place: int, seed: str) -> Customer:
    names, street, postcode, town, behaviour, terms, size = row.split("|")
    name, _, parent = names.partition(" < ")
    key = slug_of(name)
    rng = roll(f"{seed}:customer:{name}")
    account = (
        identifiers.make_american_account(rng)
        if country == "US"
        else identifiers.make_iban(country, rng)
    )
    contact = CONTACTS[country][place % len(CONTACTS[country])]
    return Customer(
        key=key,
        number=f"{FIRST_NUMBER + place}",
        name=name,
        parent=parent,
        street=street,
        postcode=postcode,
        town=town,
        state=STATES.get(town, ""),
        country=country,
        currency="USD" if country == "US" else "EUR",
        language=LANGUAGES[country],
        vat=_make_vat(country, rng),
        contact=contact,
        email=f"{slug_of(contact).replace('-', '.')}@{key}.example.com",
        phone=f"{PREFIXES[country]} {rng.randrange(100, 200):04d}",
        account=account,
        bic=identifiers.bic_of(account),
        behaviour=behaviour,
        terms=terms,
        size=int(size),
        credit_limit=_decide_limit(behaviour, terms, int(size)),
        direct_debit=behaviour == "prompt"
        and terms == "30"
        and size == "1"
        and country == "DE"
        and not parent,
    )


def _make_vat(country: str, rng: Random) -> str:
    makers = {"DE": identifiers.make_german_vat, "FR": identifiers.make_french_vat}
    return makers[country](rng) if country in makers else ""


def _decide_limit(behaviour: str, terms: str, size: int) -> Decimal:
    """Return what a customer of this kind owes in a busy season, with room to spare."""
    habits = BEHAVIOURS[behaviour]
    months = Decimal(TERMS[terms][0] + habits.latest) / 30 + 1
    needed = ORDER_VALUE * size * Decimal(habits.per_month * max(habits.growth, 1.0)) * months * 2
    return (needed / LIMIT_STEP).to_integral_value() * LIMIT_STEP + LIMIT_STEP
