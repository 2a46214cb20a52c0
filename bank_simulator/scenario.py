"""What goes wrong: faults by kind, path, number and probability, decided by a seed.

The server itself plays the faults of transport (``TRANSPORT``). The others only a face can play
in its protocol's words; it asks ``request.has_fault("consent_expired")``.

>>> scenario = Scenario([Fault("rate_limited", path="/accounts/*", times=1, seconds=30)])
>>> [fault.kind for fault in scenario.pick("any", "/accounts/7/transactions")]
['rate_limited']
>>> scenario.pick("any", "/accounts/7/transactions")
[]
"""

import threading
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Literal

Kind = Literal[
    "slow",
    "rate_limited",
    "server_error",
    "cut",
    "truncated",
    "garbage",
    "huge",
    "bomb",
    "redirect",
    "hostile_xml",
    "consent_expired",
    "auth",
    "duplicate_page",
    "empty_page",
    "mutation",
    "wrong_signature",
    "altered",
    "not_ready",
]
# slow: wait ``seconds``; rate_limited: 429 with Retry-After ``seconds``; server_error: ``status``;
# cut: half the answer, then the connection ends; truncated: half the answer with its length;
# garbage: an HTML page with status 200; huge: ``size`` bytes; bomb: gzip of ``size`` zeros;
# redirect: to ``location``; hostile_xml: a document type with entities.
TRANSPORT = frozenset(
    {
        *("slow", "rate_limited", "server_error", "cut", "truncated", "garbage"),
        *("huge", "bomb", "redirect", "hostile_xml"),
    }
)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong on requests of ``face`` whose path fits ``path``.

    The first ``skip`` such requests are spared; then each is hit with ``probability``, until it
    was hit ``times`` times (0: for ever).
    """

    kind: Kind
    face: str = "*"
    path: str = "*"
    probability: float = 1.0
    times: int = 0
    skip: int = 0
    seconds: float = 0.05
    status: int = 500
    size: int = 100 * 1024 * 1024
    location: str = ""


class Scenario:
    """The faults that are switched on; with one client they fall alike for the same seed."""

    def __init__(self, faults: list[Fault] | None = None, seed: object = 0) -> None:
        self._lock = threading.Lock()
        self.switch(faults or [], seed)

    def switch(self, faults: list[Fault], seed: object = 0) -> None:
        """Put other faults in the place of those that are switched on."""
        with self._lock:
            self._faults = list(faults)
            self._dice = Random(str(seed))  # noqa: S311 (repeatable, not secret)
            self._seen: Counter[int] = Counter()
            self._hits: Counter[int] = Counter()
            self._kinds: Counter[str] = Counter()

    def pick(self, face: str, path: str) -> list[Fault]:
        """Return the faults that hit this request, and count them."""
        with self._lock:
            chosen = [
                fault
                for number, fault in enumerate(self._faults)
                if self._hits_now(number, fault, face, path)
            ]
            self._kinds.update(fault.kind for fault in chosen)
            return chosen

    def counts(self) -> dict[str, int]:
        """Return how often each kind has hit since the faults were switched on."""
        with self._lock:
            return dict(self._kinds)

    def _hits_now(self, number: int, fault: Fault, face: str, path: str) -> bool:
        if not (fnmatchcase(face, fault.face) and fnmatchcase(path, fault.path)):
            return False
        self._seen[number] += 1
        if self._seen[number] <= fault.skip or (fault.times and self._hits[number] >= fault.times):
            return False
        if self._dice.random() >= fault.probability:
            return False
        self._hits[number] += 1
        return True
