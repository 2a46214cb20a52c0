"""Collects what customers owe a company: one statement per component, however many customers."""

import operator
from collections import defaultdict
from decimal import Decimal

from odoo import fields
from odoo.tools.constants import PREFETCH_MAX

from ...engine.credit.exposure import ZERO, Exposure
from . import exposure_statements as statements
from .currency_units import CurrencyUnits

KINDS = ("draft", "order", "cover")
NO_AMOUNTS = (0, 0)
# what each customer has before the amounts by age
CREDIT, FIRST = range(2)
# what is converted and rounded later comes in fine parts
FINE = 10**10


def to_decimal(currency, amount):
    """An amount of money, rounded to its currency, as the engine wants it."""
    return Decimal(str(currency.round(amount))) if amount else ZERO


class ExposureQuery:
    """What customers owe the tree of branches that a company belongs to, on one day.

    :param res.company company: any company of the tree; all share one currency.
    :param datetime.date day: posted items are as of the end of this day when it has
        passed; drafts and orders are always as they are now, and what was disputed then is
        not known. Amounts in other currencies are converted at the day's rate.
    :param late_after_days: an item is *late* when it is overdue for more days: one number,
        or all that :meth:`exposures` is going to be asked for.
    :param bool all_companies: what is owed to any company counts, converted at the day's
        rate into the currency of ``company``.

    :ivar CurrencyUnits units: of the company's currency; exposures are told in them.
    """

    def __init__(self, company, day, *, late_after_days=0, all_companies=False):
        self.env = company.env
        self.company = company.sudo()
        self.currency = self.company.currency_id
        self.day = day
        is_one = isinstance(late_after_days, int)
        self._late_days = [late_after_days] if is_one else sorted({*late_after_days})
        # the company's tree of branches: the root's path starts every path in it
        self._path = "%" if all_companies else f"{self.company.root_id.id}/%"
        self.is_past = day < fields.Date.context_today(company)
        self._own_id = self.currency.id
        self.units = CurrencyUnits(self.currency)
        # items of one tree come in its currency; others are converted first and then rounded
        self._is_exact = self.units.is_decimal and not all_companies
        self._rates = {}
        self._ids = set()
        self._owed, self._oldest, self._others, self._disputes = {}, {}, ({}, {}, {}), {}
        self._lay_out_ages()

    def _lay_out_ages(self):
        """Note where in a row of amounts each bucket is, and what is late."""
        self._thresholds = sorted({*statements.BUCKET_ENDS, *self._late_days})
        begins = [0, *(1 + self._thresholds.index(days) for days in statements.BUCKET_ENDS)]
        ages = len(self._thresholds) + 1
        self._is_aged_by_bucket = ages == len(begins)
        self._buckets = [
            slice(FIRST + begin, FIRST + end)
            for begin, end in zip(begins, [*begins[1:], ages], strict=True)
        ]
        self._late = {
            days: slice(FIRST + 1 + self._thresholds.index(days), FIRST + ages)
            for days in self._late_days
        }
        self._nothing = (0,) * (FIRST + ages)

    def find_commercial(self, partner_ids):
        """The commercial partner of each partner, in one query at most.

        :return: ``{partner id: commercial partner id}``.
        """
        if not partner_ids:
            return {}
        if len(partner_ids) <= PREFETCH_MAX:  # read already, as those of an order are, or at once
            partners = self.env["res.partner"].sudo().browse(partner_ids)
            return {partner.id: partner.commercial_partner_id.id for partner in partners}
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        contacts = self.env.execute_query(statements.commercial_statement(partner_ids))
        return dict(zip(partner_ids, partner_ids, strict=True)) | dict(contacts)

    def collect(self, commercial_partner_ids):
        """Exposure per commercial partner.

        :return: ``{id: Exposure}`` with an entry for every id.
        """
        self.load(commercial_partner_ids)
        return self.exposures()

    def load(self, commercial_partner_ids=None):
        """Fetch what is owed, in one statement per component.

        :param commercial_partner_ids: by whom; by everybody who owes something if None.
        :return: the ids of the customers that :meth:`exposures` tells about.
        """
        self._ids = None if commercial_partner_ids is None else {*commercial_partner_ids}
        if self._ids is not None and not self._ids:
            return self._ids
        statements.flush(self.env)
        ids = None if self._ids is None else statements.array(self._ids)
        companies, accounts = self._scope()
        items = self.env.execute_query(self._items_statement(ids, companies, accounts))
        others = self.env.execute_query(
            statements.others_statement(
                ids, companies, accounts, self.day, with_disputes=not self.is_past
            )
        )
        self.load_rates({row[1] for row in items} | {row[2] for row in others})
        self._owed, self._oldest = self._sum_items(items)
        self._others = [self._sum(row[1:] for row in others if row[0] == kind) for kind in KINDS]
        self._disputes = self._list_disputes(others)
        if self._ids is None:
            drafts, orders, _covers = self._others
            self._ids = {*self._owed, *drafts, *orders}
        return self._ids

    def exposures(self, late_after=None):
        """What was loaded, by customer.

        :param dict late_after: after how many days each customer is late; the least of
            those given at the beginning for who is not in it.
        :return: ``{id: Exposure}``.
        """
        late_after, least = late_after or {}, self._late_days[0]
        return {
            partner_id: self._prepare_exposure(partner_id, late_after.get(partner_id, least))
            for partner_id in self._ids
        }

    # --- currencies

    def load_rates(self, currency_ids):
        """Fetch the day's rates of currencies that are not known yet, in one query."""
        missing = {*currency_ids} - self._rates.keys() - {self._own_id}
        if missing:
            currencies = self.env["res.currency"].browse({*missing, self._own_id})
            self._rates.update(currencies.sudo()._get_rates(self.company, self.day))

    def to_company(self, amount, currency_id):
        """Convert an amount at the day's rate; the result is not rounded."""
        if currency_id == self._own_id:
            return amount
        return amount * self._rates[self._own_id] / self._rates[currency_id]

    # --- components

    def _scope(self):
        """The companies and receivable accounts, as SQL arrays."""
        rows = self.env.execute_query(statements.scope_statement(self._path))
        return (
            statements.array(found for kind, found in rows if kind == wanted)
            for wanted in ("company", "account")
        )

    def _items_statement(self, ids, companies, accounts):
        if self.is_past:
            items = statements.past_items(companies, accounts, self.day)
        else:
            items = statements.present_items(companies, accounts)
        per_one = self.units.per_one if self._is_exact else FINE
        return statements.items_statement(ids, items, self.day, self._thresholds, per_one)

    def _sum(self, rows):
        """Sum the amounts of rows by customer, converted, then rounded."""
        sums = defaultdict(lambda: (0.0, 0.0))
        for partner_id, currency_id, *amounts in rows:
            known = sums[partner_id]
            sums[partner_id] = tuple(
                total + self.to_company(amount or 0.0, currency_id)
                for total, amount in zip(known, amounts, strict=True)
            )
        return {
            partner_id: tuple(self.units.count(amount) for amount in amounts)
            for partner_id, amounts in sums.items()
        }

    def _sum_items(self, rows):
        """Amounts of posted items by customer, and for how many days they are overdue."""
        owed, oldest = {}, {}
        for partner_id, currency_id, days, *texts in rows:
            amounts = tuple(map(int, texts))
            if not self._is_exact:
                amounts = tuple(self.to_company(parts / FINE, currency_id) for parts in amounts)
            if partner_id in owed:
                amounts = tuple(map(operator.add, owed[partner_id], amounts))
            owed[partner_id] = amounts
            if days:
                oldest[partner_id] = max(days, oldest.get(partner_id, 0))
        if not self._is_exact:
            owed = {
                partner_id: tuple(map(self.units.count, amounts))
                for partner_id, amounts in owed.items()
            }
        return owed, oldest

    def _list_disputes(self, rows):
        """Disputed amounts of each customer, converted, with the days that they are overdue."""
        disputes = defaultdict(list)
        for kind, partner_id, currency_id, amount, days_overdue in rows:
            if kind == "dispute":
                disputes[partner_id].append((self.to_company(amount, currency_id), days_overdue))
        return disputes

    def _disputed(self, partner_id, late_days):
        """What a customer disputes in all, and of what is late."""
        disputes = self._disputes[partner_id]
        return (
            self.units.count(sum(amount for amount, _days in disputes)),
            self.units.count(sum(amount for amount, days in disputes if days > late_days)),
        )

    def _prepare_exposure(self, partner_id, late_days):
        owed = self._owed.get(partner_id, self._nothing)
        late = self._late[late_days]
        if self._is_aged_by_bucket:
            buckets = owed[FIRST:]
        else:
            buckets = tuple(sum(owed[ages]) for ages in self._buckets)
        overdue = sum(buckets[1:])
        disputed, late_disputed = (
            self._disputed(partner_id, late_days) if partner_id in self._disputes else NO_AMOUNTS
        )
        drafts, orders, covers = self._others
        draft, _none = drafts.get(partner_id, NO_AMOUNTS)
        order, delivered = orders.get(partner_id, NO_AMOUNTS)
        covered, _none = covers.get(partner_id, NO_AMOUNTS)
        return Exposure(
            open=buckets[0] + overdue,
            overdue=overdue,
            late=overdue if late.start == FIRST + 1 else sum(owed[late]),
            draft=draft,
            orders=order,
            credit=owed[CREDIT],
            oldest_overdue_days=self._oldest.get(partner_id, 0),
            delivered=delivered,
            disputed=disputed,
            late_disputed=late_disputed,
            covered=covered,
            buckets=buckets,
        )
