"""Reads rules and the transactions that they look at: a fixed number of statements per batch."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import html2plaintext

from ...engine.rules.facts import Rule, RuleLine, Transaction
from .line_facts import exact, read_line_facts


def read_rules(company, rules=None):
    """Read the active rules of a company, in their order.

    Rules that would fit everything, since they have no condition, are buttons for people and
    left out.

    :param rules: ``account.reconcile.model`` records; all of the company if not given.
    :return: list of :class:`Rule`.
    """
    if rules is None:
        rules = (
            company.env["account.reconcile.model"]
            .sudo()
            .search([("company_id", "parent_of", company.ids), ("ar_trouble", "=", False)])
        )
    return [_rule(rule) for rule in rules.sudo() if _has_condition(rule)]


def _has_condition(rule):
    return bool(
        rule.match_label
        or rule.match_amount
        or rule.match_partner_ids
        or rule.ar_transaction_type
        or rule.ar_direction != "any"
        and rule.match_journal_ids
    )


def _rule(rule):
    return Rule(
        rule.id,
        rule.name,
        tuple(_rule_line(line) for line in rule.line_ids),
        rule.match_label or "",
        rule.match_label_param or "",
        rule.match_amount or "",
        exact(rule.match_amount_min, 6),
        exact(rule.match_amount_max, 6),
        exact(rule.ar_amount_tolerance, 2),
        rule.ar_direction,
        rule.ar_transaction_type or "",
        frozenset(rule.match_journal_ids.ids),
        frozenset(rule.match_partner_ids.commercial_partner_id.ids),
        rule.ar_valid_from or None,
        rule.ar_valid_until or None,
        rule.trigger == "auto_reconcile",
        rule.ar_stop,
    )


def _rule_line(line):
    return RuleLine(
        line.id,
        line.account_id.id,
        line.amount_type,
        Decimal(str(line.amount)),
        line.amount_string or "",
        line.partner_id.id,
    )


def read_transactions(lines):
    """Read stored lines as rules see them.

    :return: list of :class:`Transaction`, in the order of the lines.
    """
    return make_transactions(lines.env, read_line_facts(lines))


def make_transactions(env, facts):
    """Make what rules look at of bank lines.

    :param facts: list of :class:`LineFacts`.
    :return: list of :class:`Transaction`, in the same order.
    """
    refused = defaultdict(set)
    proposals = (
        env["ar.match.proposal"]
        .sudo()
        .search(
            [
                ("statement_line_id", "in", [line.line_id for line in facts]),
                ("state", "=", "rejected"),
                ("rule_ids", "!=", False),
            ]
        )
    )
    for proposal in proposals:
        refused[proposal.statement_line_id.id].update(proposal.rule_ids.ids)
    return [_transaction(line, refused[line.line_id]) for line in facts]


def _transaction(line, refused):
    texts = [
        line.label,
        line.ref,
        html2plaintext(line.narration) if line.narration else "",
        *_strings(line.details),
        line.payer_name,
    ]
    return Transaction(
        line.line_id,
        line.amount,
        tuple(dict.fromkeys(text for text in texts if text)),
        line.journal_id,
        line.partner_id,
        line.day,
        line.transaction_type,
        line.decimals,
        frozenset(refused),
    )


def _strings(details):
    """Every text in the details that the bank gave, however they are nested."""
    if isinstance(details, str):
        yield details
    elif isinstance(details, dict | list | tuple):
        for value in details.values() if isinstance(details, dict) else details:
            yield from _strings(value)
