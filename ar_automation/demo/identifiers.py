"""Identifiers whose check digits are right, for people and firms that do not exist.

Banks and tax offices protect their numbers with check digits; software that
verifies them must find nothing to complain about in the demo company.

>>> from random import Random
>>> iban = make_iban("DE", Random(1))
>>> len(iban), iban[:2], iban_is_valid(iban)
(22, 'DE', True)
"""

from random import Random

# German and French bank codes are followed by an account number of this many digits.
GERMAN_BANKS = (
    ("37040044", "COBADEFFXXX"),
    ("20070000", "DEUTDEHHXXX"),
    ("70020270", "HYVEDEMMXXX"),
    ("43060967", "GENODEM1GLS"),
)
FRENCH_BANKS = (("30004", "BNPAFRPPXXX"), ("30003", "SOGEFRPPXXX"), ("14508", "CEPAFRPP450"))
AMERICAN_BANKS = (("021000021", "CHASUS33XXX"), ("026009593", "BOFAUS3NXXX"))
LETTERS = {letter: str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10)}


def _digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def _as_number(text: str) -> int:
    return int("".join(LETTERS.get(sign, sign) for sign in text))


def iban_is_valid(iban: str) -> bool:
    """Whether the check digits (ISO 7064, mod 97-10) fit the rest of an IBAN."""
    return _as_number(iban[4:] + iban[:4]) % 97 == 1


def make_iban(country: str, rng: Random) -> str:
    """Return an IBAN of a German or French account."""
    bban = _german_bban(rng) if country == "DE" else _french_bban(rng)
    return f"{country}{98 - _as_number(bban + country + '00') % 97:02d}{bban}"


def _german_bban(rng: Random) -> str:
    return rng.choice(GERMAN_BANKS)[0] + _digits(rng, 10)


def _french_bban(rng: Random) -> str:
    bank = rng.choice(FRENCH_BANKS)[0]
    branch, account = _digits(rng, 5), _digits(rng, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return f"{bank}{branch}{account}{key:02d}"


def bic_of(account: str) -> str:
    """Return the BIC of the bank that keeps an account made here.

    >>> bic_of("DE89370400440532013000")
    'COBADEFFXXX'
    """
    banks = {"DE": GERMAN_BANKS, "FR": FRENCH_BANKS}.get(account[:2], AMERICAN_BANKS)
    return next((bic for code, bic in banks if account[4:].startswith(code)), banks[0][1])


def make_american_account(rng: Random) -> str:
    """Return an account number as American banks write it: no check digit, no IBAN."""
    return "000" + _digits(rng, 9)


def make_german_vat(rng: Random) -> str:
    """Return a German VAT number (ISO 7064, mod 11,10)."""
    body = str(rng.randrange(1, 10)) + _digits(rng, 7)
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return f"DE{body}{(11 - product) % 10}"


def make_french_vat(rng: Random) -> str:
    """Return a French VAT number: a key, then a SIREN with its Luhn digit."""
    body = str(rng.randrange(3, 9)) + _digits(rng, 7)
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body))
    siren = body + str(-total % 10)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
