"""What dunning decides on, read for a batch of customers in a fixed number of statements."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from odoo.tools import SQL

from ...engine.dunning.assignment import Traits, choose_policy
from ...engine.dunning.facts import Customer, OpenItem, Policy, ask_undisputed
from .ar_dunning_notice import LIVE_STATES
from .ar_open_item import ItemRow

# Naming what is read of customers spares reading all else that is known of them.
CUSTOMER_FIELDS = ["category_id", "country_id", "ar_dunning_hold", "ar_dunning_hold_until"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Snapshot of a batch of customers.

    :ivar rules: what the engine reads of each policy, by the policy's id.
    :ivar policies: id of the policy that each customer falls under.
    :ivar rows: the open items by their line's id.
    """

    rules: dict[int, Policy]
    policies: dict[int, int]
    customers: dict[int, Customer]
    rows: dict[int, ItemRow]
    bank_date: datetime.date | None

    def rules_of(self, partner_id):
        """The policy of one customer, as the engine reads it."""
        return self.rules[self.policies[partner_id]]


class FactsReader:
    """Reads the facts of one company on one day.

    :param policy: taken for every customer, instead of the one that each falls under.
    """

    def __init__(self, env, company, day, policy=None):
        self.env = env
        self.company = company
        self.day = day
        self.candidates = policy or env["ar.dunning.policy"]._find_candidates(company)
        self.policy = policy

    def collect(self, partners):
        """The ``Facts`` of these commercial partners."""
        partners = partners.with_company(self.company)
        partners.fetch(CUSTOMER_FIELDS)
        rows = self.env["ar.open.item"].ar_collect(self.company, partners)
        rules = {policy.id: policy._get_rules() for policy in self.candidates}
        policies = self._choose_policies(partners, rows)
        return Facts(
            rules,
            policies,
            self._read_customers(partners, rows, rules, policies),
            {row.line_id: row for items in rows.values() for row in items},
            self.company.ar_get_bank_data_date(),
        )

    # --- which policy

    def _choose_policies(self, partners, rows):
        """``{partner id: policy id}``."""
        if self.policy:
            return dict.fromkeys(partners.ids, self.policy.id)
        default = self.company.ar_dunning_policy_id.id
        rules = [policy._get_assignment() for policy in self.candidates]
        classes = self._read_risk_classes(partners)
        trials = self.env["ar.dunning.trial"]._find_running(self.company, self.day)
        chosen = {
            partner.id: choose_policy(
                Traits(
                    partner.id,
                    frozenset(partner.category_id.ids),
                    partner.country_id.id or 0,
                    classes.get(partner.id, ""),
                    self._sum_overdue(rows.get(partner.id, ())),
                ),
                rules,
                default=default,
            )
            for partner in partners
        }
        return {
            partner_id: trials[policy_id]._choose(partner_id) if policy_id in trials else policy_id
            for partner_id, policy_id in chosen.items()
        }

    def _read_risk_classes(self, partners):
        # sudo: who previews reminders need not see credit reviews
        groups = (
            self.env["ar.credit.review"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company.id),
                    ("partner_id", "in", partners.ids),
                    ("is_current", "=", True),
                ],
                ["partner_id", "risk_class"],
            )
        )
        return {partner.id: code or "" for partner, code in groups}

    def _sum_overdue(self, rows):
        amounts = (row.residual_company for row in rows if row.due_date < self.day)
        return sum((amount for amount in amounts if amount > 0), Decimal(0))

    # --- the customers

    def _read_customers(self, partners, rows, rules, policies):
        bank_lines = self.env["account.bank.statement.line"]
        receipts = bank_lines.ar_get_waiting_receipts(self.company, partners)
        reached = self._read_reached(partners)
        contacts, waiting = self._read_contacts(partners)
        currencies = self.env["res.currency"].browse(
            {row.currency_id for items in rows.values() for row in items}
        )
        digits = {currency.id: (currency.name, currency.decimal_places) for currency in currencies}
        oldest = self.day - timedelta(days=max(rule.contact_days for rule in rules.values()))
        return {
            partner.id: Customer(
                items=tuple(
                    _open_item(row, reached, rules[policies[partner.id]], digits)
                    for row in rows.get(partner.id, ())
                    if row.residual_company > 0
                ),
                credit=-_sum_credit(rows.get(partner.id, ())),
                receipts=receipts.get(partner.id, Decimal(0)),
                last_reminded=max(contacts.get(partner.id, ()), default=None),
                recent=tuple(day for day in contacts.get(partner.id, ()) if day > oldest),
                has_waiting=partner.id in waiting,
                on_hold=partner.ar_dunning_hold,
                hold_until=partner.ar_dunning_hold_until or None,
            )
            for partner in partners
        }

    def _read_reached(self, partners):
        """``{open item id: days of the strictest level that it went through}``.

        Days, not levels: an item whose customer falls under another policy meanwhile keeps
        its place there.
        """
        if not partners:
            return {}
        self.env["ar.dunning.notice.line"].flush_model()
        self.env["ar.dunning.notice"].flush_model(["partner_id"])
        self.env["ar.dunning.level"].flush_model(["days"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT n.move_line_id, MAX(v.days)
                         FROM ar_dunning_notice_line n
                         JOIN ar_dunning_notice o ON o.id = n.notice_id
                         JOIN ar_dunning_level v ON v.id = n.level_id
                        WHERE n.company_id = %s AND n.is_live AND o.partner_id IN %s
                          AND n.move_line_id IS NOT NULL
                     GROUP BY n.move_line_id""",
                    self.company.id,
                    tuple(partners.ids),
                )
            )
        )

    def _read_contacts(self, partners):
        """``{partner id: days of the reminders that count}``, and who has one to approve."""
        groups = self.env["ar.dunning.notice"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "in", partners.ids),
                ("state", "in", LIVE_STATES),
            ],
            ["partner_id", "state"],
            ["date:array_agg"],
        )
        contacts = defaultdict(list)
        for partner, _state, days in groups:
            contacts[partner.id] += days
        return contacts, {partner.id for partner, state, _days in groups if state == "to_approve"}


def _sum_credit(rows):
    amounts = (row.residual_company for row in rows if row.residual_company < 0)
    return sum(amounts, Decimal(0))


def _open_item(row, reached, rules, digits):
    currency, places = digits[row.currency_id]
    residual, company = ask_undisputed(row.residual, row.residual_company, row.disputed, places)
    excluded = "no_followup" if row.no_followup else "blocked" if row.blocked else ""
    days = reached.get(row.line_id)
    return OpenItem(
        id=row.line_id,
        name=row.name,
        due_date=row.due_date,
        currency=currency,
        residual=residual,
        residual_company=company,
        reached=0 if days is None else sum(level.days <= days for level in rules.levels),
        excluded=excluded or ("" if company else "disputed"),
    )
