"""Reads rules and the transactions that they look at: a fixed number of statements per batch."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import html2plaintext

from ...engine.rules.facts import Rule, RuleLine, Transaction
from .payments import exact


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
    """Read statement lines as rules see them.

    :return: list of :class:`Transaction`, in the order of the lines.
    """
    refused = defaultdict(set)
    proposals = (
        lines.env["ar.match.proposal"]
        .sudo()
        .search(
            [
                ("statement_line_id", "in", lines.ids),
                ("state", "=", "rejected"),
                ("rule_ids", "!=", False),
            ]
        )
    )
    for proposal in proposals:
        refused[proposal.statement_line_id.id].update(proposal.rule_ids.ids)
    return [_transaction(line, refused[line.id]) for line in lines]


def _transaction(line, refused):
    foreign = line.foreign_currency_id
    currency = foreign or line.currency_id
    texts = [
        line.payment_ref,
        line.ref,
        html2plaintext(line.narration) if line.narration else "",
        *_strings(line.transaction_details or {}),
        line.partner_name,
    ]
    return Transaction(
        line.id,
        exact(line.amount_currency if foreign else line.amount, currency.decimal_places),
        tuple(dict.fromkeys(text for text in texts if text)),
        line.journal_id.id,
        line.partner_id.commercial_partner_id.id,
        line.date,
        line.transaction_type or "",
        currency.decimal_places,
        frozenset(refused),
    )


def _strings(details):
    """Every text in the details that the bank gave, however they are nested."""
    if isinstance(details, str):
        yield details
    elif isinstance(details, dict | list | tuple):
        for value in details.values() if isinstance(details, dict) else details:
            yield from _strings(value)
