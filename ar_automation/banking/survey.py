"""What must be known of a whole file before anything of it may be used.

A file of any size is read twice. The first time it is only surveyed: is it whole, whose accounts
does it tell of, what do its balances prove, which days does it touch, and by which keys are its
transactions known again. What is kept of it is a few values per statement and a key per
transaction; the transactions themselves pass by. The second time they are used.

>>> from datetime import date
>>> line = Transaction(Decimal("250.00"), "EUR", date(2026, 3, 2))
>>> statement = Statement(account="NL02", transactions=(line, line))
>>> [survey] = survey_file([StreamedStatement.of(statement)])
>>> survey.booked_count, survey.booked_sum, survey.keys[1] == survey.keys[0] + "#2"
(2, Decimal('500.00'), True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..exceptions import StatementFileError
from .formats.statement import Statement, Transaction, balance_gap
from .formats.streamed import StreamedStatement
from .identity import number_twins, transaction_key


@dataclass(frozen=True, slots=True)
class Survey:
    """One statement of a file, as a whole.

    ``position`` counts the file's statements from 0; ``statement`` is all that it says but its
    transactions; ``keys`` are those of all its transactions, in their order. The rest tells of
    the booked ones: their sum, their number, their days, their currencies, and the first of
    those whose amount has the most decimals.
    """

    position: int
    statement: Statement
    keys: tuple[str, ...]
    booked_sum: Decimal = Decimal(0)
    booked_count: int = 0
    days: frozenset[date] = frozenset()
    currencies: frozenset[str] = frozenset()
    finest: Transaction | None = None

    @property
    def balance_gap(self) -> Decimal | None:
        """Closing balance minus (opening plus booked); None if it cannot be proven."""
        return balance_gap(self.statement.opening, self.statement.closing, self.booked_sum)

    @property
    def stated_currencies(self) -> frozenset[str]:
        """Every currency that the account, its balances or its booked lines are given in."""
        return self.statement.stated_currencies | self.currencies

    @property
    def last_day(self) -> date | None:
        """The last day that the statement covers."""
        closing = self.statement.closing
        ends = (self.statement.to_date, closing.balance_date if closing else None)
        return max([*self.days, *(day for day in ends if day)], default=None)


def survey_file(statements: Iterable[StreamedStatement]) -> list[Survey]:
    """Read a file to its end and return what is to be known of its statements.

    A statement that stands in the file twice gets the same keys twice; twins on different
    statements of one account get different ones, as by ``identity.file_keys``.

    :raises StatementFileError: the file is bad, or names an account after its entries only
    """
    counted: Counter[str] = Counter()
    known: dict[tuple[str, str, int], list[tuple[_Content, tuple[str, ...]]]] = {}
    surveys = []
    for position, streamed in enumerate(statements):
        passing = _Passing(streamed)
        tail = passing.tail
        alike = known.setdefault((tail.account, tail.identifier, tail.page), [])
        content = (tail, passing.digest)
        keys = next((keys for other, keys in alike if other == content), None)
        if keys is None:
            keys = tuple(number_twins(passing.keys, counted))
            alike.append((content, keys))
        surveys.append(passing.survey(position, keys))
    return surveys


_Content = tuple[Statement, int]


class _Passing:
    """One statement, while its transactions pass by."""

    def __init__(self, streamed: StreamedStatement) -> None:
        self.keys: list[str] = []
        self.digest = 0
        self._days: set[date] = set()
        self._currencies: set[str] = set()
        self._finest: Transaction | None = None
        self._streamed = streamed
        account = streamed.account
        for line in streamed.transactions:
            self._take(line, account)
        self.tail = streamed.tail
        if self.keys and self.tail.account != account:
            raise StatementFileError(
                "statement.order", "", "", "the statement names its account only after its entries"
            )

    def _take(self, line: Transaction, account: str) -> None:
        self.keys.append(transaction_key(account, line))
        self.digest = hash((self.digest, line))
        if line.status != "booked":
            return
        self._days.add(line.booking_date)
        self._currencies.add(line.currency)
        if self._finest is None or _decimals(line.amount) > _decimals(self._finest.amount):
            self._finest = line

    def survey(self, position: int, keys: tuple[str, ...]) -> Survey:
        return Survey(
            position,
            self.tail,
            keys,
            self._streamed.booked_sum,
            self._streamed.booked_count,
            frozenset(self._days),
            frozenset(self._currencies - {""}),
            self._finest,
        )


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
