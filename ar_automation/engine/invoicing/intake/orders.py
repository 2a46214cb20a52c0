"""Rows become orders: all rows of a customer with one purchase order number are one order.

An order is taken whole or not at all: one row with a problem keeps back the others of its order,
and no other order.

>>> from .directory import Directory, Party
>>> from .rows import Buyer, IntakeRow
>>> directory = Directory(parties={("code", "c7"): (Party(5, 5),)}, products={"a-1": (9,)})
>>> rows = [IntakeRow(2, Buyer(code="C7"), "PO 1", product="A-1", quantity=Decimal(3)),
...         IntakeRow(3, Buyer(code="C7"), "PO 2", product="B-2", quantity=Decimal(1))]
>>> [(order.reference, order.is_ready) for order in decide_orders(rows, directory)]
[('PO 1', True), ('PO 2', False)]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .directory import Directory, Party
from .rows import IntakeRow, Problem, text_key

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A row as far as it was understood; without a product it has a problem."""

    row: IntakeRow
    product: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class IntakeOrder:
    """Rows that belong together.

    :ivar key: what its rows have in common, as it is compared; the same in every reading
    :ivar repeats: name of an earlier order of the customer with this reference, ``""`` if none
    """

    key: str
    party: Party | None
    reference: str
    lines: tuple[OrderLine, ...]
    problems: tuple[Problem, ...]
    repeats: str = ""
    order_date: date | None = None
    delivery_date: date | None = None

    @property
    def is_ready(self) -> bool:
        """Whether nothing is wrong with it or any of its rows."""
        return not self.problems and not any(line.problems for line in self.lines)


def decide_orders(
    rows: Iterable[IntakeRow], directory: Directory, default: Party | None = None
) -> list[IntakeOrder]:
    """Put rows together into orders, in the order of the file.

    :param default: who orders where a row names nobody
    """
    groups: dict[tuple[str, str], list[IntakeRow]] = {}
    parties: dict[str, Party | Problem] = {}
    for row in rows:
        who, party = _who(row, directory, default)
        parties[who] = party
        groups.setdefault((who, text_key(row.reference)), []).append(row)
    return [
        _decide(f"{who}|{reference}", parties[who], group, directory)
        for (who, reference), group in groups.items()
    ]


def _who(
    row: IntakeRow, directory: Directory, default: Party | None
) -> tuple[str, Party | Problem]:
    """Return under which key the rows of a customer are put together, and who it is."""
    if default and not row.buyer.given():
        return f"#{default.customer}", default
    party = directory.find_party(row.buyer)
    if isinstance(party, Party):
        return f"#{party.contact}", party
    return "/".join(key for _kind, key in row.buyer.given()), party


def _decide(
    key: str, party: Party | Problem, rows: Sequence[IntakeRow], directory: Directory
) -> IntakeOrder:
    reference = rows[0].reference.strip()
    problems = [party] if isinstance(party, Problem) else []
    for code in ("order_date", "delivery_date"):
        days = {day for row in rows if (day := getattr(row, code))}
        if len(days) > 1:
            told = tuple(day.isoformat() for day in sorted(days)[:2])
            problems.append(Problem(f"{code}s_differ", told))
    known = party if isinstance(party, Party) else None
    return IntakeOrder(
        key=key,
        party=known,
        reference=reference,
        lines=tuple(_line(row, directory) for row in rows),
        problems=tuple(problems),
        repeats=_repeated(known, reference, directory),
        order_date=next((row.order_date for row in rows if row.order_date), None),
        delivery_date=next((row.delivery_date for row in rows if row.delivery_date), None),
    )


def _repeated(party: Party | None, reference: str, directory: Directory) -> str:
    if party is None or not reference:
        return ""
    return directory.orders.get((party.customer, text_key(reference)), "")


def _line(row: IntakeRow, directory: Directory) -> OrderLine:
    product = directory.find_product(row.product, row.barcode)
    problems = list(row.problems)
    told = {problem.code for problem in problems}
    if isinstance(product, Problem):
        problems.append(product)
    if row.quantity is None and "quantity_unreadable" not in told:
        problems.append(Problem("quantity_missing"))
    elif row.quantity is not None and row.quantity <= 0:
        problems.append(Problem("quantity_not_positive", (str(row.quantity),)))
    if row.price is not None and row.price < 0:
        problems.append(Problem("price_negative", (str(row.price),)))
    if row.discount is not None and not 0 <= row.discount <= HUNDRED:
        problems.append(Problem("discount_impossible", (str(row.discount),)))
    return OrderLine(row, None if isinstance(product, Problem) else product, tuple(problems))
