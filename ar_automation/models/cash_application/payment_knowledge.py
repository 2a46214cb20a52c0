"""What is known of payments beside the bank's words: rules, memory and remittance advices."""

from collections import defaultdict
from dataclasses import dataclass, replace

from ...engine.matching.habits import spell_out
from ...engine.matching.payer.directory import directory_of
from ...engine.matching.payer.names import normalise_name
from ...engine.rules.apply import apply_rules
from ...engine.rules.expressions import Expressions
from .match_memory import read_memory, remember_names, remember_payers
from .remittance_facts import attach_advices
from .rule_facts import make_transactions, read_rules


@dataclass(frozen=True, slots=True)
class Known:
    """Payments and customers with what is known of them.

    :ivar silent: payments that are known to be no customer's.
    """

    payments: list
    customers: list
    silent: list
    memory: object

    def spell_out(self, items):
        """Return the payments with the numbers that their payers mean by a habit."""
        if not self.memory.habits:
            return self.payments
        return spell_out(
            self.payments, items, self.memory.habits, directory_of(tuple(self.customers))
        )


def add_knowledge(company, facts, payments, customers):
    """Tell the matching what people, rules and remittance advices have said.

    A fixed number of statements.

    :param facts: list of :class:`LineFacts`, the payments' among them.
    :return: :class:`Known`
    """
    memory = read_memory(company, payments)
    silent, heard = [], []
    for payment in payments:
        (silent if memory.is_silent(payment) else heard).append(payment)
    heard = remember_payers(memory, heard)
    customers = remember_names(memory, customers)
    heard = _ask_rules(company, facts, heard, customers)
    heard = attach_advices(company, heard, customers)
    return Known(heard, customers, silent, memory)


def _ask_rules(company, facts, payments, customers):
    """Add who the rules say has paid, and the references that they find."""
    rules = [rule for rule in read_rules(company) if _tells(rule)]
    if not rules:
        return payments
    by_line = {line.line_id: line for line in facts}
    told_by = make_transactions(company.env, [by_line[each.payment_id] for each in payments])
    names = defaultdict(set)
    for customer in customers:
        for name in customer.names:
            names[normalise_name(name)].add(customer.customer_id)
    expressions = Expressions()
    told = []
    for payment, transaction in zip(payments, told_by, strict=True):
        outcome = apply_rules(transaction, rules, expressions)
        told.append(_told(payment, outcome, names, company.env))
    return told


def _tells(rule):
    """Whether a rule says something about a payment, instead of booking it."""
    return bool(rule.maps_partner or "(?P<reference>" in rule.text or "(?P<partner>" in rule.text)


def _told(payment, outcome, names, env):
    payers = set()
    if outcome.partner_id:
        payers.add(env["res.partner"].browse(outcome.partner_id).commercial_partner_id.id)
    for name in outcome.partner_names:
        found = names.get(normalise_name(name), set())
        payers |= found if len(found) == 1 else set()
    return replace(
        payment,
        alias_ids=payment.alias_ids | payers,
        texts=tuple(dict.fromkeys((*payment.texts, *outcome.references))),
    )
