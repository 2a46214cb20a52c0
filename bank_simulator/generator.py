"""A ledger from a seed: what happens on the account of a company that is paid by customers.

Among plain payments there are true twins (the same payer, amount, text and day, twice), fees,
direct debits that come back, bookings that become known days later (*late*), payments that are
announced before they are booked (with and without another name), corrected and withdrawn.

>>> from datetime import date
>>> plan = Plan("DE89370400440532013000", date(2026, 1, 1), days=30, count=200, seed="a")
>>> first, again = generate(plan), generate(plan)
>>> first == again, len(first)
(True, 200)
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random

from .ledger import Edit, Movement, Party

PAYERS = (
    Party("Brandt Maschinenbau GmbH", "DE75512108001245126199", "SOGEDEFFXXX"),
    Party("Café Zürich & Söhne AG", "CH9300762011623852957", "POFICHBEXXX"),
    Party("Société Générale d'Essais", "FR1420041010050500013M02606", "PSSTFRPPPAR"),
    Party("Oy Testi Ab", "FI2112345600000785", "NDEAFIHHXXX"),
    Party("Van der Berg B.V.", "NL91ABNA0417164300", "ABNANL2AXXX"),
    Party("Łódź Handel Sp. z o.o.", "PL61109010140000071219812874", "WBKPPLPPXXX"),
    Party("Iberia Componentes S.L.", "ES9121000418450200051332", "CAIXESBBXXX"),
    Party("Rossi e Figli S.r.l.", "IT60X0542811101000000123456", "BLOPIT22XXX"),
)
BANK_ITSELF = Party("Simulated Bank")
CUSTOMER_CREDIT = ("PMNT", "RCDT", "ESCT")
DIRECT_DEBIT_RETURN = ("PMNT", "IDDT", "UPDD")
FEES = ("ACMT", "MDOP", "CHRG")


@dataclass(frozen=True)
class Plan:
    """What to generate: ``count`` movements over ``days`` days from ``first_day`` on.

    The shares are probabilities. ``late_days`` is how many days a late booking may be known after
    its booking day; it stays below the overlap that connectors look back (10 days).
    """

    account: str
    first_day: date
    days: int
    count: int
    seed: object = 0
    currency_step: Decimal = Decimal("0.01")
    twins: float = 0.05
    fees: float = 0.04
    returns: float = 0.03
    late: float = 0.05
    late_days: int = 5
    pending: float = 0.30
    renamed: float = 0.6
    modified: float = 0.03
    removed: float = 0.02


def generate(plan: Plan) -> list[Movement]:
    """Return the plan's movements, oldest booking day first; the same ones for the same plan."""
    dice = Random(str(plan.seed))  # noqa: S311 (repeatable, not secret)
    days = sorted(dice.randrange(plan.days) for _ in range(plan.count))
    movements: list[Movement] = []
    for number, day in enumerate(days):
        key = f"{plan.account[-6:]}-{number:06d}"
        booked = plan.first_day + timedelta(days=day)
        if movements and dice.random() < plan.twins:
            movements.append(_make_twin(movements[-1], key))
        else:
            movements.append(_live(_make(plan, dice, key, booked), plan, dice))
    return movements


def _make(plan: Plan, dice: Random, key: str, day: date) -> Movement:
    """Return a payment that is booked on its day and never changes."""
    at = datetime.combine(day, time(dice.randrange(6, 18), dice.randrange(60)), timezone.utc)
    amount = (Decimal(dice.randrange(100, 900_000)) * plan.currency_step).quantize(
        plan.currency_step
    )
    number = f"INV/{day.year}/{dice.randrange(10_000):05d}"
    kind = dice.random()
    plain = Movement(
        key=key,
        account=plan.account,
        amount=amount,
        booking_date=day,
        booked_at=at,
        value_date=day + timedelta(days=dice.choice((0, 0, 0, 1))),
        party=dice.choice(PAYERS),
        text=f"Invoice {number} thank you",
        reference=make_creditor_reference(f"{dice.randrange(10**8)}") if kind > 0.7 else "",
        end_to_end_id=f"E2E{key}" if kind < 0.5 else "",
        code=CUSTOMER_CREDIT,
    )
    if kind < plan.fees:
        fee = -(amount / 1000).quantize(plan.currency_step) - plan.currency_step
        return replace(
            plain, amount=fee, party=BANK_ITSELF, text="Account fees", end_to_end_id="", code=FEES
        )
    if kind < plan.fees + plan.returns:
        return replace(
            plain,
            amount=-amount,
            text=f"Returned debit {number}",
            mandate_id=f"MANDATE{dice.randrange(1000)}",
            code=DIRECT_DEBIT_RETURN,
            return_code=dice.choice(("AC04", "MD06", "AM04")),
        )
    return plain


def _make_twin(original: Movement, key: str) -> Movement:
    """Return the same payment once more, with nothing but the bank's name to tell them apart."""
    pending = f"P{key}" if original.pending_id else ""
    return replace(original, key=key, pending_id=pending)


def _live(movement: Movement, plan: Plan, dice: Random) -> Movement:
    """Give a payment a life: announced, late, corrected, withdrawn."""
    if dice.random() < plan.late:
        return replace(
            movement,
            booked_at=movement.booked_at + timedelta(days=dice.randint(1, plan.late_days)),
        )
    if dice.random() < plan.pending:
        announced = movement.booked_at - timedelta(days=dice.randint(1, 2))
        renamed = dice.random() < plan.renamed
        movement = replace(
            movement, pending_at=announced, pending_id=f"P{movement.key}" if renamed else ""
        )
    if dice.random() < plan.modified:
        at = movement.booked_at + timedelta(hours=dice.randint(1, 48))
        return replace(movement, edits=(Edit(at, text=f"{movement.text} (corrected)"),))
    if dice.random() < plan.removed:
        gone = movement.booked_at + timedelta(hours=dice.randint(-12, 48))
        return replace(movement, removed_at=gone)
    return movement


def make_creditor_reference(number: str) -> str:
    """Return an ISO 11649 reference for digits (check digits by ISO 7064 mod 97-10).

    >>> make_creditor_reference("539007547034")
    'RF18539007547034'
    """
    return f"RF{98 - int(number + '271500') % 97:02d}{number}"
