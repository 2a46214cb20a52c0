"""Decides a batch of statement lines: collects the facts and asks the engine.

The number of statements does not depend on the number of lines.
"""

from ...engine.matching.decide import decide
from ...engine.matching.facts import Knowledge, Policy
from .booking import BOOKABLE
from .customers import read_customers
from .open_items import read_open_items, read_settled
from .payments import read_payments


def decide_lines(company, lines):
    """Decide lines of one company together.

    Money out is never a customer's payment and left alone.

    :return: list of ``Decision``, in the order of the lines.
    """
    payments = read_payments(lines)
    incoming = [payment for payment in payments if payment.amount > 0]
    decisions = decide([payment for payment in payments if payment.amount <= 0], [])
    if incoming:
        customers = read_customers(company)
        items = read_open_items(company, incoming, customers)
        settled = read_settled(company, incoming)
        policy = Policy(actions=BOOKABLE)
        decisions += decide(incoming, items, Knowledge(tuple(customers), settled, policy))
    by_line = {decision.payment.payment_id: decision for decision in decisions}
    return [by_line[line.id] for line in lines]
