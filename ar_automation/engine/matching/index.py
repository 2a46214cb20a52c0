"""The open items of a batch, found by number, customer and amount.

Built once per batch; every question of a payment is then a look-up, so that a payment takes as
long among 100,000 items as among 100.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from .facts import Knowledge, OpenItem
from .payer.directory import directory_of
from .references.scan import NumberIndex


class ItemIndex:
    """Open items, customers and numbers, ready to be asked."""

    def __init__(self, items: Iterable[OpenItem], knowledge: Knowledge) -> None:
        self.items: dict[int, OpenItem] = {}
        self.by_customer: dict[int, list[OpenItem]] = defaultdict(list)
        self.by_amount: dict[tuple[str, Decimal], list[OpenItem]] = defaultdict(list)
        self.per_currency: Counter[str] = Counter()
        for item in sorted(items, key=lambda item: item.item_id):
            self.items[item.item_id] = item
            self.by_customer[item.customer_id].append(item)
            self.by_amount[item.currency, item.residual].append(item)
            self.per_currency[item.currency] += 1
        for currency, count in knowledge.open_counts.items():
            self.per_currency[currency] = max(self.per_currency[currency], count)
        self.numbers = NumberIndex(
            ((item.item_id, item.keys, item.name) for item in self.items.values()),
            knowledge.settled,
        )
        self.directory = directory_of(tuple(knowledge.customers))
        self.knowledge = knowledge
