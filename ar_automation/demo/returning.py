"""Customers who ordered again after a long pause, and are late with it.

The story's own day reminds each of them, whatever weekday it is: their invoices fell due exactly
as many days before it as a level of their policy says, and they pay nothing until then.

>>> find_due_days()
[3, 3, 15]
"""

from datetime import date, timedelta

from odoo import Command

# Customer, days before the story's own day on which it ordered; it had 30 days to pay.
ORDERED = (("chiemgau-saegewerk", 33), ("santa-fe", 33), ("ozark-timber", 45))
TERM_DAYS = 30
TAG = "Ordered again"
POLICY = "Customers who ordered again"
KEYS = frozenset(key for key, _days in ORDERED)


def find_due_days() -> list[int]:
    """Return how many days each order has been due for on the story's own day."""
    return [days - TERM_DAYS for _key, days in ORDERED]


def first_order(day: date) -> date:
    """Return the day from which on they ordered again.

    :param day: the story's own day
    """
    return day - timedelta(days=max(days for _key, days in ORDERED))


def leave_unpaid(invoices, since):
    """Return the open invoices that customers pay: all but what these ordered again.

    :param invoices: ``{customer key: [Invoice]}``
    :param since: first day of what they ordered again
    """
    return {
        key: [item for item in items if key not in KEYS or item.issued < since]
        for key, items in invoices.items()
    }


def write_policy(scene, default):
    """Give them a policy of their own, in the words of the default one and outside of its trial."""
    env = scene.company.env
    tag = env["res.partner.category"].create({"name": TAG})
    for key in KEYS:
        scene.firms[key].category_id = tag
    default.copy(
        {
            "name": POLICY,
            "category_ids": [Command.set(tag.ids)],
            "sequence": default.sequence - 5,
        }
    )
