"""What became of one record that a job handled.

A job returns one outcome per record; the spine writes it to the run and counts it::

    >>> JobOutcome.done("Reconciled with INV/2026/00012", kind="matched").state
    'done'
    >>> JobOutcome.left("No open item has this amount").consumes_key
    False
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

OutcomeState = Literal["done", "left", "failed"]


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """Result of one record, with the sentence shown to people.

    :ivar state: ``done`` (the effect happened, never again for this key), ``left``
        (looked at, nothing to do now, may be looked at again in a later run) or
        ``failed`` (needs a person or a later attempt).
    :ivar message: one sentence for the run's log, already translated.
    :ivar kind: free word that groups outcomes in the run's summary, e.g. ``matched``.
    :ivar amount: amount moved, in the company's currency; zero where none was.
    """

    state: OutcomeState
    message: str = ""
    kind: str = ""
    amount: Decimal = Decimal(0)

    @classmethod
    def done(
        cls, message: str = "", *, kind: str = "done", amount: Decimal = Decimal(0)
    ) -> JobOutcome:
        """The effect took place."""
        return cls("done", message, kind, amount)

    @classmethod
    def left(
        cls, message: str = "", *, kind: str = "left", amount: Decimal = Decimal(0)
    ) -> JobOutcome:
        """Looked at and left as it is; a later run looks again."""
        return cls("left", message, kind, amount)

    @property
    def consumes_key(self) -> bool:
        """Whether the record's key is used up, so that no run repeats the effect."""
        return self.state == "done"
