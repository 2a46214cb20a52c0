"""A statement that is read while it is used, so that memory does not grow with the file.

What stands before the transactions (whose account, which currency, mostly the opening balance)
is known at once. What stands behind them, or is a sum over them, is known at the end only;
asking earlier is an error of the program, not a guess. And only at the end is it certain that
the file is whole: a cut file raises ``StatementFileError`` while its last transactions are
taken. So whoever takes transactions must be able to take back what was done with them.

>>> from datetime import date
>>> from decimal import Decimal
>>> day = date(2026, 3, 2)
>>> def body():
...     yield Transaction(Decimal("250.00"), "EUR", day)
...     return replace(head, entry_count=1, closing=Balance(Decimal(350), "EUR", day, "CLBD"))
>>> head = Statement(account="NL02", opening=Balance(Decimal(100), "EUR", day, "OPBD"))
>>> statement = StreamedStatement(head, body())
>>> statement.account, [line.amount for line in statement.transactions]
('NL02', [Decimal('250.00')])
>>> statement.closing.amount, statement.entry_count, statement.balance_gap
(Decimal('350'), 1, Decimal('0.00'))
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from .statement import Balance, Statement, Transaction, balance_gap

Body = Generator[Transaction, None, Statement]


class StreamedStatement:
    """One statement of a stream; like ``Statement``, but its transactions pass by once.

    :param head: what is known before the first transaction, with ``transactions`` empty
    :param body: yields the transactions and returns the head completed by what is known
        behind the last one (closing, balances, entry_count); raises ``StatementFileError``
        if the file turns out to be bad
    """

    def __init__(self, head: Statement, body: Body) -> None:
        self._head = head
        self._tail: Statement | None = None
        self._lines = self._counted(body)
        self._booked_sum = Decimal(0)
        self._booked_count = 0

    @classmethod
    def of(cls, statement: Statement) -> StreamedStatement:
        """Give a statement that was read whole the shape of a streamed one."""
        head = replace(statement, transactions=())

        def body() -> Body:
            yield from statement.transactions
            return head

        return cls(head, body())

    # --- known at once

    @property
    def head(self) -> Statement:
        """What is known now, as a statement without transactions."""
        return self._tail or self._head

    @property
    def account(self) -> str:
        """The account's number; see ``Statement`` for this and all that follow."""
        return self.head.account

    @property
    def currency(self) -> str:
        """Currency of the account; where the file does not say it, of its first booking."""
        return self.head.currency

    @property
    def identifier(self) -> str:
        """The bank's number of the statement."""
        return self.head.identifier

    @property
    def page(self) -> int:
        """Page number, 0 if not said."""
        return self.head.page

    @property
    def created_at(self) -> datetime | None:
        """When the bank made it."""
        return self.head.created_at

    @property
    def from_date(self) -> date | None:
        """First day that it covers."""
        return self.head.from_date

    @property
    def to_date(self) -> date | None:
        """Last day that it covers."""
        return self.head.to_date

    @property
    def opening(self) -> Balance | None:
        """Opening balance; before the end only if it precedes the transactions in the file."""
        return self.head.opening

    @property
    def source_format(self) -> str:
        """The message it was read from, for instance ``camt.053``."""
        return self.head.source_format

    @property
    def is_account_story(self) -> bool:
        """Whether it tells all that happened; other messages only repeat or announce parts."""
        return self.head.is_account_story

    # --- the transactions

    @property
    def transactions(self) -> Iterator[Transaction]:
        """The transactions, each once: a second loop goes on where the first one stopped.

        :raises StatementFileError: on the way, if the file is bad from there on
        """
        return self._lines

    def _counted(self, body: Body) -> Iterator[Transaction]:
        while True:
            try:
                line = next(body)
            except StopIteration as end:
                self._tail = end.value
                return
            if line.status == "booked":
                self._booked_sum += line.amount
                self._booked_count += 1
            yield line

    def read_whole(self) -> Statement:
        """Return the statement with all transactions that have not passed by yet."""
        lines = tuple(self._lines)
        return replace(self.tail, transactions=lines)

    # --- known behind the last transaction

    @property
    def is_read(self) -> bool:
        """Whether the last transaction has passed by, and the statement has proven whole."""
        return self._tail is not None

    @property
    def tail(self) -> Statement:
        """All but the transactions.

        :raises RuntimeError: this, and what follows, while transactions are still to come
        """
        if self._tail is None:
            raise RuntimeError("this is known only when all transactions have been taken")
        return self._tail

    @property
    def closing(self) -> Balance | None:
        """Closing booked balance."""
        return self.tail.closing

    @property
    def balances(self) -> tuple[Balance, ...]:
        """All balances that the bank gave."""
        return self.tail.balances

    @property
    def entry_count(self) -> int:
        """Number of the bank's entries, before collective bookings are split."""
        return self.tail.entry_count

    @property
    def booked_sum(self) -> Decimal:
        """Sum of the booked transactions that have passed by, in the account's currency."""
        return self._booked_sum

    @property
    def booked_count(self) -> int:
        """Number of the booked transactions that have passed by."""
        return self._booked_count

    @property
    def balance_gap(self) -> Decimal | None:
        """Closing balance minus (opening plus booked); None if it cannot be proven."""
        return balance_gap(self.tail.opening, self.tail.closing, self._booked_sum)
