"""What is remembered of payers, as the matching needs it: one statement per batch."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ...engine.matching.lessons import phrase_of
from ...engine.matching.payer.names import normalise_name
from .ar_match_memory import HABIT_AFTER, SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the payments of a batch.

    :ivar accounts: customers by paying account; ``forgotten`` are pairs that a person took out.
    :ivar names: customers by normalised name.
    :ivar habits: templates by customer.
    :ivar kept_back: what customers usually keep back, by customer.
    :ivar silent: phrases that are never a customer's payment.
    """

    accounts: dict = field(default_factory=lambda: defaultdict(set))
    forgotten: set = field(default_factory=set)
    names: dict = field(default_factory=lambda: defaultdict(set))
    habits: dict = field(default_factory=lambda: defaultdict(list))
    kept_back: dict = field(default_factory=lambda: defaultdict(set))
    silent: set = field(default_factory=set)

    def is_silent(self, payment):
        """Whether the payment's text says that it is no customer's payment."""
        return (
            bool(self.silent)
            and bool(payment.texts)
            and (phrase_of(payment.texts[0]) in self.silent)
        )


def read_memory(company, payments):
    """Read what is known about the payers and texts of payments."""
    accounts = {payment.account_number for payment in payments}
    names = {normalise_name(payment.payer_name) for payment in payments if payment.payer_name}
    phrases = {phrase_of(payment.texts[0]) for payment in payments if payment.texts}
    keys = {key for key in accounts | names | phrases if key}
    found = (
        company.env["ar.match.memory"]
        .sudo()
        .with_context(active_test=False)
        .search_fetch(
            [
                ("company_id", "=", company.id),
                "|",
                ("kind", "in", ("reference", "tolerance")),
                "&",
                ("kind", "in", ("payer_account", "payer_name", "not_customer")),
                ("key", "in", sorted(keys)),
            ],
            ["kind", "key", "partner_id", "active", "hit_count", "is_entered"],
        )
    )
    memory = Memory()
    for fact in found:
        _note(memory, fact)
    return memory


def _note(memory, fact):
    # The commercial partner: a contact may have been merged or moved meanwhile.
    customer = fact.partner_id.commercial_partner_id.id
    if not fact.active:
        if fact.kind == "payer_account":
            memory.forgotten.add((fact.key, customer))
    elif fact.kind == "payer_account":
        memory.accounts[fact.key].add(customer)
    elif fact.kind == "payer_name":
        memory.names[fact.key].add(customer)
    elif fact.kind == "reference":
        memory.habits[customer].append(fact.key)
    elif fact.kind == "tolerance":
        if fact.is_entered or fact.hit_count >= HABIT_AFTER:
            memory.kept_back[customer].add(Decimal(fact.key))
    elif fact.is_entered or fact.hit_count >= SILENT_AFTER:
        memory.silent.add(fact.key)


def remember_payers(memory, payments):
    """Add to payments the customers for whom their accounts are known to pay."""
    if not (memory.accounts or memory.forgotten):
        return payments
    known = []
    for payment in payments:
        number = payment.account_number
        aliases = payment.alias_ids | memory.accounts.get(number, frozenset())
        aliases -= {customer for key, customer in memory.forgotten if key == number}
        known.append(replace(payment, alias_ids=frozenset(aliases)))
    return known


def remember_names(memory, customers):
    """Add to customers the names under which others pay for them."""
    aliases = defaultdict(list)
    for name, ids in memory.names.items():
        for customer in ids:
            aliases[customer].append(name)
    return [
        replace(customer, names=(*customer.names, *sorted(aliases[customer.customer_id])))
        if customer.customer_id in aliases
        else customer
        for customer in customers
    ]
