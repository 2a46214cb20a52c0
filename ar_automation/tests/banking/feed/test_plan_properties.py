"""For any story of an account and any order of ways to hear it, the lines are the ledger.

The journal is played in memory: by the plans of pages, and by a file's keys and adoption.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.contract import FeedLine, Page
from ....banking.feed.facts import (
    Description,
    FetchMemory,
    JournalFacts,
    KnownLine,
    Window,
    describe,
    fingerprint,
)
from ....banking.feed.likeness import pair_off
from ....banking.feed.plan import plan_page
from ....banking.formats.statement import (
    Identifiers,
    Party,
    Remittance,
    Statement,
    Transaction,
)
from ....banking.identity import transaction_keys

WINDOW = Window(date(2026, 3, 1), "EUR")

payments = st.tuples(
    st.integers(1, 3), st.sampled_from([10, 20]), st.sampled_from(["", "ACME"]), st.booleans()
)
hearings = st.tuples(st.sampled_from(["named", "counted", "file"]), st.integers(1, 4))
stories = st.lists(
    st.one_of(st.lists(payments, min_size=1, max_size=4), hearings), min_size=1, max_size=12
)


@dataclass
class Line:
    number: int
    description: Description
    source: str
    name: str = ""
    print: str = ""
    key: str = ""


class Journal:
    """A journal that hears of one ledger in three ways."""

    def __init__(self):
        self.lines = []

    def facts(self, source):
        return JournalFacts(
            tuple(
                KnownLine(
                    line.number,
                    line.description,
                    line.name if line.source == source else "",
                    line.print if line.source == source else "",
                    is_attested=bool(line.key),
                )
                for line in self.lines
            )
        )

    def add(self, transaction, **values):
        line = Line(len(self.lines) + 1, describe(transaction), **values)
        self.lines.append(line)
        return line

    def hear_feed(self, source, told, size):
        memory = FetchMemory()
        for at in range(0, len(told), size):
            page = Page(lines=tuple(told[at : at + size]), is_last=at + size >= len(told))
            plan = plan_page(self.facts(source), page, WINDOW, memory)
            created = [
                self.add(
                    line.transaction,
                    source=source,
                    name=line.provider_id,
                    print=fingerprint(line.transaction),
                )
                for line in plan.new
            ]
            for match in plan.linked:
                line = self.lines[match.line.line_id - 1]
                line.source, line.name = source, match.feed_line.provider_id
                line.print = fingerprint(match.feed_line.transaction)
            assert not (plan.removed or plan.conflicts or plan.updated)
            used = plan.memory.used | {line.number for line in created}
            memory = replace(plan.memory, used=used)

    def hear_file(self, told):
        keys = transaction_keys(Statement(account="NL02", transactions=tuple(told)))
        known = {line.key for line in self.lines}
        fresh = [(item, key) for item, key in zip(told, keys, strict=True) if key not in known]
        free = [line for line in self.lines if not line.key]
        pairs = pair_off(
            [describe(item) for item, _key in fresh], [line.description for line in free]
        )
        for index, (item, key) in enumerate(fresh):
            if index in pairs:
                free[pairs[index]].key = key
            else:
                self.add(item, source="file", key=key)

    def count(self):
        return Counter((line.description.day, line.description.amount) for line in self.lines)


def tell(number, payment, way):
    """One payment in the words of one way of hearing it."""
    day, amount, name, has_reference = payment
    reference = f"E2E-{number}" if has_reference and way != "counted" else ""
    return Transaction(
        Decimal(amount),
        "EUR",
        date(2026, 3, day),
        counterparty=Party(name=name.lower() if way == "named" else name),
        identifiers=Identifiers(end_to_end_id=reference),
        remittance=Remittance(lines=(f"told by {way}",)),
    )


@settings(max_examples=400, deadline=None)
@given(stories)
def test_the_lines_are_the_ledger_however_it_is_heard(story):
    ledger, journal = [], Journal()
    for step in [*story, ("named", 3), ("file", 1), ("counted", 100)]:
        if isinstance(step, list):
            ledger += step
            continue
        way, size = step
        told = [tell(number, payment, way) for number, payment in enumerate(ledger)]
        if way == "file":
            journal.hear_file(told)
        elif way == "named":
            feed = [FeedLine(item, f"id-{number}") for number, item in enumerate(told)]
            journal.hear_feed("named", feed, size)
        else:
            # a whole page at once: two pages alike would be refused as a repetition
            journal.hear_feed("counted", [FeedLine(item) for item in told], max(len(told), 1))
        expected = Counter((date(2026, 3, day), Decimal(amount)) for day, amount, *_ in ledger)
        assert journal.count() == expected
