"""How a posted invoice reaches its customer, decided at the last moment before it leaves.

Only what was really handed over counts as sent, so whatever has no way to its customer is
said to have none::

    >>> decide_delivery(DeliveryFacts(channel="email", recipients=("ap@example.com",))).action
    'send'
    >>> decide_delivery(DeliveryFacts(channel="email"))
    DeliveryDecision(action='fail', reason='no_email')
    >>> decide_delivery(DeliveryFacts(channel="by_hand", recipients=("ap@example.com",))).action
    'by_hand'
    >>> decide_delivery(DeliveryFacts(channel="letter", has_postal_address=True)).action
    'post'
    >>> decide_delivery(DeliveryFacts(channel="letter")).reason
    'no_postal_address'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["send", "post", "publish", "by_hand", "fail", "wait"]

# How a customer's sending method in Odoo is called here; whatever else there is needs a person.
CHANNEL_OF_METHOD = {
    "email": "email",
    "snailmail": "letter",
    "manual": "by_hand",
    "peppol": "network",
}


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What is known of one posted invoice that is queued.

    :ivar channel: ``email``, ``letter``, ``network``, ``portal`` or ``by_hand``.
    :ivar recipients: valid e-mail addresses that it would go to.
    :ivar has_postal_address: a letter would arrive.
    :ivar is_ready: no other step has to come first.
    :ivar has_authority: it is reported to an e-invoicing authority while it is sent. What
        that answers has to be stored at once, so a person is present.
    :ivar is_being_sent: somebody sends it by hand right now.
    """

    channel: str
    recipients: tuple[str, ...] = ()
    has_postal_address: bool = False
    is_ready: bool = True
    has_authority: bool = False
    is_being_sent: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryDecision:
    """What to do with the invoice, and the stable code of why."""

    action: Action
    reason: str = ""


def decide_delivery(facts: DeliveryFacts) -> DeliveryDecision:
    """Decide how one invoice is delivered now."""
    if facts.is_being_sent:
        return DeliveryDecision("wait", "being_sent")
    if not facts.is_ready:
        return DeliveryDecision("wait", "not_ready")
    if facts.channel == "email":
        return _decide_email(facts)
    if facts.channel == "letter":
        return _decide_letter(facts)
    if facts.channel == "portal":
        return DeliveryDecision("publish")
    return DeliveryDecision("by_hand", facts.channel)


def _decide_letter(facts: DeliveryFacts) -> DeliveryDecision:
    if not facts.has_postal_address:
        return DeliveryDecision("fail", "no_postal_address")
    return DeliveryDecision("post")


def _decide_email(facts: DeliveryFacts) -> DeliveryDecision:
    if facts.has_authority:
        return DeliveryDecision("by_hand", "authority")
    if not facts.recipients:
        return DeliveryDecision("fail", "no_email")
    return DeliveryDecision("send")
