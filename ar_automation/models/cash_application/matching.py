"""Decides a batch of statement lines: collects the facts and asks the engine.

The number of statements does not depend on the number of lines.
"""

from dataclasses import replace

from ...engine.matching.decide import decide
from ...engine.matching.facts import Knowledge
from .contract_keys import read_contracts
from .customers import read_customers
from .open_items import count_open_items, read_open_items, read_settled
from .payment_knowledge import add_knowledge
from .payments import read_payments


def decide_lines(company, lines):
    """Decide lines of one company together.

    Money out is never a customer's payment and left alone.

    :return: list of ``Decision``, in the order of the lines.
    """
    payments = read_payments(company, lines)
    incoming = [payment for payment in payments if payment.amount > 0]
    decisions = decide([payment for payment in payments if payment.amount <= 0], [])
    if incoming:
        known = add_knowledge(company, lines, incoming, read_customers(company))
        decisions += decide(known.silent, [])
        incoming, customers = known.payments, known.customers
        counts = count_open_items(company)
        contracts = read_contracts(company, incoming)
        items = read_open_items(company, incoming, customers, counts, contracts)
        incoming = known.spell_out(items)
        knowledge = _know(company, incoming, items, customers)
        decisions += decide(incoming, items, replace(knowledge, open_counts=counts))
    by_line = {decision.payment.payment_id: decision for decision in decisions}
    return [by_line[line.id] for line in lines]


def _know(company, payments, items, customers):
    policy = company.env["ar.cash.policy"].ar_get_policy(company).sudo()
    # what a registered payment settles is settled by this money, not by other money
    waiting = {key for item in items for key, _label in item.keys}
    settled = read_settled(company, payments)
    return Knowledge(
        tuple(customers),
        {key: item for key, item in settled.items() if key not in waiting},
        policy._prepare_policy(),
        policy._prepare_exceptions(list({item.customer_id for item in items})),
    )
