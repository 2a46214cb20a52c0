"""What is known of a document on its way to the customer, and what may become known next.

A document goes out by one or more channels. Of each, only what somebody else said counts:
the mail server took it, a server sent it back, the post room printed it, the customer opened
it. What is known never goes back to less than what is known::

    >>> may_follow("queued", "sent"), may_follow("opened", "sent")
    (True, False)

The document as a whole shows what needs a person first, and what reached the customer last.
A mail that came back does not matter once the letter is on its way::

    >>> summarise(["sent", "failed"])
    'failed'
    >>> summarise(["bounced", "by_hand"]), summarise(["bounced", "sent"]), summarise(["bounced"])
    ('by_hand', 'sent', 'bounced')
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Fallback = Literal["letter", "activity", "none"]

# Open: whoever sends may still take it up.
OPEN = ("queued", "by_hand", "failed", "no_address")
REACHED = ("sent", "delivered", "opened")
# What needs a person or the job, most urgent first.
_URGENT = ("unknown", "failed", "no_address", "queued", "by_hand")
# What is known at the end, best first.
_KNOWN = ("opened", "delivered", "sent", "bounced")

_LATER = {
    "sent": frozenset({"delivered", "opened", "bounced", "failed"}),
    "delivered": frozenset({"opened", "bounced"}),
    "opened": frozenset({"bounced"}),
    # the customer may find it on the portal after all
    "bounced": frozenset({"opened"}),
    "unknown": frozenset({"queued", "sent", "failed", "bounced", "cancelled", "opened"}),
    "cancelled": frozenset(),
}
_FROM_OPEN = frozenset({*OPEN, *REACHED, "bounced", "unknown", "cancelled"})


def may_follow(known: str, news: str) -> bool:
    """Whether ``news`` adds to the state ``known``; what does not is left aside."""
    if known in OPEN:
        return news in _FROM_OPEN
    return news in _LATER[known]


def summarise(states: Iterable[str]) -> str:
    """The state of a document from those of its channels; ``cancelled`` where nothing is due."""
    present = set(states)
    for state in (*_URGENT, *_KNOWN):
        if state in present:
            return state
    return "cancelled"


def decide_fallback(channel: str, policy: Fallback, *, has_address: bool) -> Fallback:
    """What to do when a document came back.

    :param channel: by which it was sent.
    :param policy: what the company wishes.
    :param has_address: the customer's postal address is complete.

    >>> decide_fallback("email", "letter", has_address=True)
    'letter'
    >>> decide_fallback("email", "letter", has_address=False)
    'activity'
    """
    if policy != "letter":
        return policy
    return "letter" if channel != "letter" and has_address else "activity"
