"""Counts the late interest of many open items with a fixed number of statements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.tools import SQL

from ...engine.dunning.interest import Debt, Payment, accrue, sum_segments
from ...engine.dunning.late_fees import claim_interest
from ...engine.dunning.rates import MissingRateError
from ...exceptions import ArError


@dataclass(frozen=True, slots=True)
class LateItem:
    """A receivable item as a debt; ids of what it belongs to beside it."""

    line_id: int
    partner_id: int
    company_id: int
    currency_id: int
    move_id: int
    name: str
    debt: Debt

    def is_late(self, day: date) -> bool:
        """Whether the item was paid late, or is late on that day."""
        return (self.debt.paid_on or day) > self.debt.due_date


class LateInterest:
    """The interest of receivable items until a day.

    :param odoo.api.Environment env: with the rights to read what is counted.
    :param datetime.date day: the last day that counts.
    """

    def __init__(self, env, day):
        self.env = env
        self.day = day
        self._terms = {}

    # --- facts

    def read_items(self, lines):
        """The lines as debts with their payments, in two statements.

        A credit note takes back a part of the debt, so it counts from the due date on; a
        payment counts from its own date, whenever it was matched.

        :return: list of ``LateItem``; lines that are no receivables are left out.
        """
        if not lines:
            return []
        for model in ("account.move.line", "account.move", "account.partial.reconcile"):
            self.env[model].flush_model()
        payments = self._read_payments(lines.ids)
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id, l.partner_id, l.company_id, l.currency_id, l.move_id,
                          COALESCE(l.move_name, ''), COALESCE(l.date_maturity, l.date),
                          ROUND(l.amount_currency, cur.decimal_places)::text
                     FROM account_move_line l
                     JOIN account_account a
                       ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                     JOIN account_move m ON m.id = l.move_id AND m.ar_is_late_fee IS NOT TRUE
                     JOIN res_currency cur ON cur.id = l.currency_id
                    WHERE l.id = ANY(%s) AND l.parent_state = 'posted'
                      AND l.amount_currency > 0 AND l.partner_id IS NOT NULL
                 ORDER BY l.id""",
                lines.ids,
            )
        )
        return [
            LateItem(*row[:6], Debt(row[6], Decimal(row[7]), tuple(payments[row[0]])))
            for row in rows
        ]

    def _read_payments(self, line_ids):
        payments = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """SELECT p.debit_move_id,
                          CASE WHEN m.move_type = 'out_refund'
                               THEN COALESCE(owed.date_maturity, owed.date)
                               ELSE p.max_date END AS day,
                          SUM(ROUND(p.debit_amount_currency, cur.decimal_places))::text
                     FROM account_partial_reconcile p
                     JOIN account_move_line owed ON owed.id = p.debit_move_id
                     JOIN res_currency cur ON cur.id = owed.currency_id
                     JOIN account_move_line paid ON paid.id = p.credit_move_id
                     JOIN account_move m ON m.id = paid.move_id
                    WHERE p.debit_move_id = ANY(%s) AND p.debit_amount_currency > 0
                 GROUP BY p.debit_move_id, day
                 ORDER BY p.debit_move_id, day""",
                line_ids,
            )
        )
        for line_id, day, amount in rows:
            payments[line_id].append(Payment(day, Decimal(amount)))
        return payments

    def find_regimes(self, items):
        """``{line id: regime}``: the customer's, else that of the company's policy or country.

        Lines for which there is none get an empty one.
        """
        companies = self.env["res.company"].browse({item.company_id for item in items})
        partners = self.env["res.partner"].browse({item.partner_id for item in items})
        # sudo: whoever reads an item may know what it costs, policy and customer being closed
        fallback = {
            company.id: self.env["ar.late.fee.policy"].ar_get_policy(company).sudo()._get_regime()
            for company in companies
        }
        own = {
            company.id: {
                partner.id: partner.ar_interest_regime_id
                for partner in partners.sudo().with_company(company)
            }
            for company in companies
        }
        return {
            item.line_id: own[item.company_id][item.partner_id] or fallback[item.company_id]
            for item in items
        }

    # --- decision

    def compute(self, lines):
        """What each line comes to.

        :return: ``{line id: {"amount": Decimal, "segments", "regime", "currency"}}``; zero and
            no segments where nothing is late or no regime applies.
        :raises ArError: when a regime has no rate for one of the days.
        """
        items = self.read_items(lines)
        regimes = self.find_regimes(items)
        currencies = self.env["res.currency"].browse({item.currency_id for item in items})
        units = {currency.id: Decimal(str(currency.rounding)) for currency in currencies}
        found = {
            item.line_id: self._compute_item(item, regimes[item.line_id], units) for item in items
        }
        nothing = self.env["ar.interest.regime"]
        return {
            line.id: found.get(line.id)
            or {
                "amount": Decimal(0),
                "segments": (),
                "regime": nothing,
                "currency": line.currency_id,
            }
            for line in lines
        }

    def _compute_item(self, item, regime, units):
        segments = self.count(item, regime)
        exact = self.bound(item, regime, segments)
        return {
            "amount": claim_interest(exact, Decimal(0), units[item.currency_id]),
            "segments": segments,
            "regime": regime,
            "currency": self.env["res.currency"].browse(item.currency_id),
        }

    def count(self, item, regime, until=None, since=None):
        """Segments of an item's interest.

        :param datetime.date until: last day, the calculation's own if not given.
        :param datetime.date since: first day; the one after the due date if not given.
        :raises ArError: when the regime has no rate for one of the days.
        """
        if not regime:
            return ()
        try:
            return accrue(item.debt, self.get_terms(regime), until or self.day, since=since)
        except MissingRateError as error:
            raise ArError(
                "interest.rate_missing",
                self.env._(
                    "%(item)s: the interest regime %(regime)s has no reference rate for %(day)s.",
                    item=item.name,
                    regime=regime.name,
                    day=error.day,
                ),
                hint=self.env._("Enter the rate in Configuration, Interest regimes."),
            ) from error

    def bound(self, item, regime, segments):
        """Exact interest of the segments, within the bounds of the regime."""
        return regime._get_limits().apply(sum_segments(segments), item.debt.amount)

    def get_terms(self, regime):
        """The regime as the engine reads it, built once."""
        if regime.id not in self._terms:
            self._terms[regime.id] = regime._get_terms()
        return self._terms[regime.id]
