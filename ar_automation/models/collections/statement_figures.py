"""The figures of a statement of account: what is open, what moved, how old it is, per currency.

The same figures stand on the document, in the workbook, and decide whether there is anything to
tell.
"""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from .statement_movements import read_movements

# upper ends of the aging buckets, in days past due
BUCKET_ENDS = (0, 30, 60, 90, 120)
KINDS = [("open", "Open items"), ("movements", "All movements with balances")]


class StatementTerms(NamedTuple):
    """What a statement covers.

    :ivar last: the day as of which it is; later payments are not in it.
    :ivar first: the first day of the movements; unused where only open items are told.
    :ivar kind: ``open`` or ``movements``.
    """

    last: datetime.date
    first: datetime.date | None = None
    kind: str = "open"

    @property
    def shows_movements(self):
        """Whether movements stand beside the open items."""
        return self.kind == "movements" and self.first is not None


def read_statements(company, customers, terms):
    """The statements of commercial partners in one company, with a fixed number of statements.

    :return: ``{customer id: [group]}``, one group per currency; see :func:`_prepare_group`.
        A customer with nothing open and nothing moved has no group.
    """
    env = company.env
    items = env["ar.open.item"].ar_collect(company, customers, at=terms.last)
    rows = defaultdict(list)
    for customer_id, open_items in items.items():
        for item in open_items:
            rows[customer_id, item.currency_id].append(item)
    accounts = {}
    if terms.shows_movements:
        accounts = read_movements(company, customers, terms.first, terms.last)
    statements = defaultdict(list)
    for key in sorted(rows.keys() | accounts.keys()):
        account = accounts.get(key)
        if rows.get(key) or (account and (account.rows or account.opening)):
            currency = env["res.currency"].browse(key[1])
            statements[key[0]].append(
                _prepare_group(currency, rows.get(key, []), account, terms.last)
            )
    return dict(statements)


def _prepare_group(currency, rows, account, day):
    """What the statement says in one currency; amounts are exact decimals."""
    items = [_prepare_item(row, day) for row in rows if row.residual > 0]
    credits_ = [_prepare_item(row, day) for row in rows if row.residual < 0]
    open_total = sum((item["residual"] for item in items), Decimal(0))
    credit_total = sum((item["residual"] for item in credits_), Decimal(0))
    return {
        "currency": currency,
        "items": items,
        "credits": credits_,
        "overdue": sum((item["residual"] for item in items if item["days"] > 0), Decimal(0)),
        "open": open_total,
        "credit": credit_total,
        "balance": open_total + credit_total,
        "aging": _age(items),
        "opening": account.opening if account else Decimal(0),
        "movements": _with_balances(account) if account else [],
    }


def _prepare_item(row, day):
    return {
        "name": row.name,
        "ref": row.ref,
        "date": row.date,
        "due_date": row.due_date,
        "original": row.original,
        "residual": row.residual,
        "days": (day - row.due_date).days,
        "in_clarification": row.blocked,
    }


def _with_balances(account):
    balance, movements = account.opening, []
    for row in account.rows:
        balance += row.amount
        movements.append({**row._asdict(), "balance": balance})
    return movements


def _age(items):
    """Open amounts per bucket: not due, 1-30, 31-60, 61-90, 91-120, more than 120 days."""
    buckets = [Decimal(0)] * (len(BUCKET_ENDS) + 1)
    for item in items:
        buckets[sum(item["days"] > end for end in BUCKET_ENDS)] += item["residual"]
    return buckets
