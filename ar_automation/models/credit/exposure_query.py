"""Collects what customers owe a company: one statement per component, however many customers."""

import math
from collections import defaultdict
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL, float_round

from ...engine.credit.exposure import ZERO, Exposure
from . import exposure_statements as statements

NEGLIGIBLE = 1e-6
KINDS = ("draft", "order", "cover")
BUCKET_COUNT = len(statements.BUCKET_STARTS) + 1


def to_decimal(currency, amount):
    """An amount of money, rounded to its currency, as the engine wants it."""
    return Decimal(str(currency.round(amount))) if amount else ZERO


class ExposureQuery:
    """What customers owe the tree of branches that a company belongs to, on one day.

    :param res.company company: any company of the tree; all share one currency.
    :param datetime.date day: posted items are as of the end of this day when it has
        passed; drafts, orders and disputes are always as they are now. Amounts in other
        currencies are converted at the day's rate.
    :param late_after_days: an item is *late* when it is overdue for more days: one number,
        or all that :meth:`exposures` is going to be asked for.
    :param bool all_companies: what is owed to any company counts, converted at the day's
        rate into the currency of ``company``.
    """

    def __init__(self, company, day, *, late_after_days=0, all_companies=False):
        self.env = company.env
        self.company = company.sudo()
        self.currency = self.company.currency_id
        self.day = day
        is_one = isinstance(late_after_days, int)
        self._late_days = [late_after_days] if is_one else sorted({*late_after_days})
        # the company's tree of branches: the root's path starts every path in it
        path = "%" if all_companies else f"{self.company.root_id.id}/%"
        self.companies = SQL("(SELECT id FROM res_company WHERE parent_path LIKE %s)", path)
        self.is_past = day < fields.Date.context_today(company)
        self._rounding = self.currency.rounding
        self._places = self.currency.decimal_places
        self._is_decimal = math.isclose(self._rounding, 10**-self._places)
        self._rates = {}
        self._ids = set()
        self._nothing = (ZERO,) * (2 + BUCKET_COUNT + 2 * len(self._late_days))

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
        for model, names in statements.READ_FIELDS.items():
            self.env[model].flush_model(names)
        ids, query = self._ids, self.env.execute_query
        items = query(self._items_statement(ids))
        others = query(statements.others_statement(ids, self.companies, self.day))
        self.load_rates({row[1] for row in items} | {row[2] for row in others})
        self._owed, self._oldest = self._sum_items(items)
        self._sums = {
            kind: self._sum(row[1:] for row in others if row[0] == kind) for kind in KINDS
        }
        if ids is None:
            self._ids = {*self._owed, *self._sums["draft"], *self._sums["order"]}
        return self._ids

    def exposures(self, late_after=None):
        """What was loaded, by customer.

        :param dict late_after: after how many days each customer is late; the least of
            those given at the beginning for who is not in it.
        :return: ``{id: Exposure}``.
        """
        late_after = late_after or {}
        return {
            partner_id: self._prepare_exposure(
                partner_id, late_after.get(partner_id, self._late_days[0])
            )
            for partner_id in self._ids
        }

    # --- currencies

    def load_rates(self, currency_ids):
        """Fetch the day's rates of currencies that are not known yet, in one query."""
        missing = {*currency_ids} - self._rates.keys() - {self.currency.id}
        if missing:
            currencies = self.env["res.currency"].browse({*missing, self.currency.id})
            self._rates.update(currencies.sudo()._get_rates(self.company, self.day))

    def to_company(self, amount, currency_id):
        """Convert an amount at the day's rate; the result is not rounded."""
        if currency_id == self.currency.id:
            return amount
        return amount * self._rates[self.currency.id] / self._rates[currency_id]

    def money(self, amount):
        """An amount in company currency, rounded, as the engine wants it."""
        if not amount:
            return ZERO
        # most amounts come rounded from the books, which is a lot cheaper to see than to redo
        text = f"{amount:.{self._places}f}"
        if abs(float(text) - amount) > NEGLIGIBLE or not self._is_decimal:
            text = str(float_round(amount, precision_rounding=self._rounding))
        return Decimal(text)

    # --- components

    def _items_statement(self, ids):
        if self.is_past:
            items = statements.past_items(self.companies, self.day)
        else:
            items = statements.present_items(self.companies)
        return statements.items_statement(ids, items, self.day, self._late_days)

    def _sum(self, rows):
        """Sum the amounts of rows by customer, converted."""
        sums = defaultdict(lambda: (0.0, 0.0))
        for partner_id, currency_id, *amounts in rows:
            known = sums[partner_id]
            sums[partner_id] = tuple(
                total + self.to_company(amount or 0.0, currency_id)
                for total, amount in zip(known, amounts, strict=True)
            )
        return dict(sums)

    def _sum_items(self, rows):
        """Amounts of posted items by customer, converted, and their oldest due dates."""
        owed, oldest = {}, {}
        for partner_id, currency_id, credit, due, *amounts in rows:
            values = [self.to_company(amount or 0.0, currency_id) for amount in (credit, *amounts)]
            if partner_id in owed:
                values = [a + b for a, b in zip(owed[partner_id], values, strict=True)]
            owed[partner_id] = values
            if due:
                oldest[partner_id] = min(due, oldest.get(partner_id, due))
        return owed, oldest

    def _prepare_exposure(self, partner_id, late_days):
        drafts, orders, covers = (sums.get(partner_id, (0.0, 0.0)) for sums in self._sums.values())
        owed, oldest_due = self._owed.get(partner_id), self._oldest.get(partner_id)
        credit, disputed, *rest = map(self.money, owed) if owed else self._nothing
        buckets = tuple(rest[:BUCKET_COUNT])
        late_at = BUCKET_COUNT + 2 * self._late_days.index(late_days)
        return Exposure(
            open=sum(buckets, ZERO),
            overdue=sum(buckets[1:], ZERO),
            late=rest[late_at],
            draft=self.money(drafts[0]),
            orders=self.money(orders[0]),
            credit=credit,
            oldest_overdue_days=(self.day - oldest_due).days if oldest_due else 0,
            delivered=self.money(orders[1]),
            disputed=disputed,
            late_disputed=rest[late_at + 1],
            covered=self.money(covers[0]),
            buckets=buckets,
        )
