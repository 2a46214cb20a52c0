"""The audit trail's hash chain.

Each event carries the SHA-256 of its own content together with the hash of the event
before it, so that changing, removing, inserting or swapping an event breaks every
hash that follows::

    >>> first = chain_hash("", {"number": 1, "summary": "Limit raised"})
    >>> second = chain_hash(first, {"number": 2, "summary": "Order released"})
    >>> second == chain_hash(first, {"number": 2, "summary": "Order held"})
    False
    >>> first.startswith("1$")
    True

The hash starts with a version, so that the content that is hashed can change later
without making older events unverifiable. The chain shows tampering by whoever can
write to the database but does not rebuild it; who can rebuild a whole chain is found
out by comparing with an exported anchor (number and hash of its last event).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = "1"


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as it stands in the database."""

    event_id: int
    number: int
    content: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first place at which a chain does not verify.

    :ivar code: ``gap`` (an event is missing or was inserted), ``altered`` (content or
        hash was changed), ``unlinked`` (the predecessor's hash differs) or
        ``tail_missing`` (the newest events are gone).
    """

    code: str
    event_id: int | None
    number: int


def chain_hash(prev_hash: str, content: Mapping[str, Any]) -> str:
    """Versioned SHA-256 over the previous hash and the canonical JSON of ``content``.

    :raises TypeError: if ``content`` holds values that JSON does not know.
    """
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = hashlib.sha256(f"{VERSION}|{prev_hash}|{canonical}".encode()).hexdigest()
    return f"{VERSION}${digest}"


class ChainVerifier:
    """Checks one chain event by event, so that any length fits in memory.

    Feed the events in the order of their numbers, then call :meth:`finish`.
    """

    def __init__(self) -> None:
        self._number = 0
        self._hash = ""

    def feed(self, events: Iterable[ChainedEvent]) -> ChainBreak | None:
        """Check further events; the first break found, or None."""
        for event in events:
            code = self._check(event)
            if code:
                return ChainBreak(code, event.event_id, event.number)
            self._number, self._hash = event.number, event.hash
        return None

    def _check(self, event: ChainedEvent) -> str | None:
        if event.number != self._number + 1:
            return "gap"
        if event.prev_hash != self._hash:
            return "unlinked"
        if event.hash != chain_hash(event.prev_hash, event.content):
            return "altered"
        return None

    def finish(self, head_number: int, head_hash: str) -> ChainBreak | None:
        """Compare with the recorded head of the chain: is the tail still there?"""
        if (self._number, self._hash) != (head_number, head_hash):
            return ChainBreak("tail_missing", None, self._number + 1)
        return None
