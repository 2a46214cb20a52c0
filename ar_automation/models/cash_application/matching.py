"""Decides a batch of bank lines: collects the facts and asks the engine.

The number of statements does not depend on the number of lines.
"""

from dataclasses import replace

from ...engine.matching.decide import decide
from ...engine.matching.facts import Knowledge
from ...engine.matching.outgoing import Owed, decide_outgoing
from ...engine.matching.payout import beside_others
from .contract_keys import read_contracts
from .customers import read_customers, read_owing
from .line_facts import read_line_facts
from .open_items import read_open_items, read_settled
from .order_facts import read_orders
from .owed_items import read_owed
from .payment_knowledge import add_knowledge
from .payments import read_payments
from .payout_facts import read_payouts, settle_payouts


def decide_lines(company, lines):
    """Decide stored lines of one company together.

    :return: list of ``Decision``, in the order of the lines.
    """
    return decide_facts(company, read_line_facts(lines))


def decide_facts(company, facts):
    """Decide bank lines of one company together, stored or not.

    Money out is no customer's payment; it may be a customer's refund. What payment providers
    pay out, or take, is decided first: their name is no customer's.

    :param facts: list of ``LineFacts``.
    :return: list of ``Decision``, in the same order.
    """
    payments = read_payments(company, facts)
    outgoing = [payment for payment in payments if payment.amount <= 0]
    incoming = [payment for payment in payments if payment.amount > 0]
    decisions, items, knowledge = [], [], None
    if incoming:
        decisions, incoming, items, knowledge = _learn(company, facts, incoming)
    policy = knowledge.policy if knowledge else _prepare_policy(company)
    payouts = read_payouts(company, [*incoming, *outgoing], policy)
    paid_out, (incoming, outgoing), items = settle_payouts(payouts, (incoming, outgoing), items)
    others = _decide_outgoing(company, outgoing, policy, paid_out)
    if incoming:
        others += decide(incoming, items, knowledge)
    for decision in others:
        own = payouts.get(decision.payment.payment_id)
        decisions.append(beside_others(decision, own) if own else decision)
    decisions += paid_out
    by_line = {decision.payment.payment_id: decision for decision in decisions}
    return [by_line[line.line_id] for line in facts]


def _learn(company, facts, incoming):
    """Collect what is known of money that came in.

    :return: ``(decisions of what is never a customer's, payments, open items, Knowledge)``
    """
    orders = read_orders(company, incoming)
    owing = read_owing(company)
    ordering = {order.customer_id for order in orders}
    customers = read_customers(company, owing.customers | ordering)
    known = add_knowledge(company, facts, incoming, customers)
    incoming, customers = known.payments, known.customers
    contracts = read_contracts(company, incoming)
    items = read_open_items(company, incoming, customers, owing.counts, contracts)
    incoming = known.spell_out(items)
    knowledge = _know(company, incoming, items, known)
    knowledge = replace(knowledge, open_counts=owing.counts, orders=tuple(orders))
    return decide(known.silent, []), incoming, items, knowledge


def _decide_outgoing(company, payments, policy, paid_out):
    """Find the refunds among what went out; everything else is left alone.

    :param paid_out: decisions about payouts; a refund that is part of one is paid back already.
    """
    owed = read_owed(company, payments) if payments else Owed([])
    taken = {item_id for decision in paid_out for item_id in decision.proposals[0].item_ids}
    owed = replace(owed, items=[item for item in owed.items if item.item_id not in taken])
    if not owed.items:
        return decide(payments, [])
    customers = read_customers(
        company, read_owing(company).customers | {item.customer_id for item in owed.items}
    )
    return decide_outgoing(payments, owed, Knowledge(tuple(customers), policy=policy))


def _prepare_policy(company):
    return company.env["ar.cash.policy"].ar_get_policy(company).sudo()._prepare_policy()


def _know(company, payments, items, known):
    policy = company.env["ar.cash.policy"].ar_get_policy(company).sudo()
    # what a registered payment settles is settled by this money, not by other money
    waiting = {key for item in items for key, _label in item.keys}
    settled = read_settled(company, payments)
    return Knowledge(
        tuple(known.customers),
        {key: item for key, item in settled.items() if key not in waiting},
        policy._prepare_policy(),
        policy._prepare_exceptions({item.customer_id for item in items}, known.memory.kept_back),
    )
