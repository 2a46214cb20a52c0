"""Collects what the checks look at, with a constant number of statements per company.

Only what the rules in force ask for is read.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from ...engine.invoicing.checks import PlanOverlap, Twin

HISTORY_KINDS = {"unusual_total", "unusual_price"}


class CheckFacts:
    """Facts beyond the invoice itself, for invoices of one company.

    :param moves: ``account.move`` records.
    :param list rules: the engine's rules.
    :param datetime.date date: invoice date of those that have none.
    """

    def __init__(self, moves, rules, date):
        self.moves, self.date, self.env = moves, date, moves.env
        self.company = moves.company_id
        self.rules = rules
        self.kinds = {rule.kind for rule in rules}

    def collect(self):
        """Return ``{move id: {name of a fact: value}}``."""
        facts = {move.id: {} for move in self.moves}
        self._flush()
        if "duplicate" in self.kinds:
            self._fill(facts, "twins", self._read_twins())
        if "period_overlap" in self.kinds:
            self._fill(facts, "overlaps", self._read_overlaps())
        if self.kinds & HISTORY_KINDS:
            self._fill_history(facts)
        return facts

    def _fill(self, facts, name, found):
        for move_id, values in found.items():
            facts[move_id][name] = tuple(values)

    def _flush(self):
        if self.kinds & (HISTORY_KINDS | {"duplicate", "period_overlap"}):
            self.env["account.move"].flush_model()
            self.env["account.move.line"].flush_model()
            self.env["ar.invoice.period"].flush_model()

    # --- twins

    def _read_twins(self):
        """Invoices with the same customer, lines and total; what has a source has one only."""
        days = max(rule.days for rule in self.rules if rule.kind == "duplicate")
        twins = defaultdict(list)
        for move_id, name, apart in self.env.execute_query(self._twin_query(days)):
            twins[move_id].append(Twin(name or "", apart))
        return twins

    def _twin_query(self, days):
        return SQL(
            """WITH own AS (
                   SELECT id, commercial_partner_id, company_id, currency_id, amount_total,
                          COALESCE(invoice_date, %(date)s) AS day
                     FROM account_move WHERE id = ANY(%(ids)s) AND move_type = 'out_invoice'),
               pair AS (
                   SELECT own.id, other.id AS other_id, other.name,
                          ABS(own.day - other.invoice_date) AS apart
                     FROM own JOIN account_move other
                       ON other.commercial_partner_id = own.commercial_partner_id
                      AND other.company_id = own.company_id
                      AND other.invoice_date BETWEEN own.day - %(days)s AND own.day + %(days)s
                      AND other.move_type = 'out_invoice' AND other.state = 'posted'
                    WHERE other.id <> own.id AND other.currency_id = own.currency_id
                      AND other.amount_total = own.amount_total
                      AND other.payment_state IS DISTINCT FROM 'reversed'
                UNION ALL
                   SELECT own.id, other.id, '', ABS(own.day - other.day)
                     FROM own JOIN own other
                       ON other.commercial_partner_id = own.commercial_partner_id
                      AND other.currency_id = own.currency_id
                      AND other.amount_total = own.amount_total
                      AND ABS(own.day - other.day) <= %(days)s
                     JOIN account_move draft ON draft.id = other.id AND draft.state = 'draft'
                    WHERE other.id < own.id),
               print AS (
                   SELECT line.move_id,
                          BOOL_OR(EXISTS (SELECT 1 FROM sale_order_line_invoice_rel rel
                                           WHERE rel.invoice_line_id = line.id)) AS is_sourced,
                          MD5(STRING_AGG(CONCAT_WS('|', line.product_id, line.name,
                              TRIM_SCALE(line.quantity), TRIM_SCALE(line.price_unit),
                              TRIM_SCALE(line.discount)), '/' ORDER BY line.product_id, line.name,
                              line.quantity, line.price_unit)) AS content
                     FROM account_move_line line
                    WHERE line.display_type = 'product'
                      AND line.move_id IN (SELECT id FROM pair UNION SELECT other_id FROM pair)
                 GROUP BY line.move_id)
               SELECT pair.id, pair.name, pair.apart
                 FROM pair JOIN print mine ON mine.move_id = pair.id
                 JOIN print theirs ON theirs.move_id = pair.other_id
                 JOIN account_move m ON m.id = pair.id
                 JOIN account_move o ON o.id = pair.other_id
                WHERE mine.content = theirs.content
                  AND NOT (mine.is_sourced AND theirs.is_sourced)
                  AND NOT (m.ar_plan_id IS NOT NULL AND o.ar_plan_id IS NOT NULL)""",
            ids=self.moves.ids,
            date=self.date,
            days=days,
        )

    # --- periods of other plans

    def _read_overlaps(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT own.move_id, plan.name, mine.product_id,
                          GREATEST(own.date_from, other.date_from),
                          LEAST(own.date_to, other.date_to)
                     FROM ar_invoice_period own
                     JOIN ar_invoice_plan_line mine ON mine.plan_id = own.plan_id
                     JOIN ar_invoice_period other
                       ON other.partner_id = own.partner_id AND other.plan_id <> own.plan_id
                      AND other.company_id = own.company_id AND other.active
                      AND other.state = 'billed'
                      AND other.date_from <= own.date_to AND other.date_to >= own.date_from
                     JOIN ar_invoice_plan plan ON plan.id = other.plan_id
                     JOIN ar_invoice_plan_line theirs
                       ON theirs.plan_id = other.plan_id AND theirs.product_id = mine.product_id
                    WHERE own.move_id = ANY(%s) AND own.active
                      AND mine.kind <> 'once' AND theirs.kind <> 'once'""",
                self.moves.ids,
            )
        )
        products = self.env["product.product"].sudo().browse({row[2] for row in rows})
        names = {product.id: product.display_name for product in products}
        overlaps = defaultdict(list)
        for move_id, plan, product_id, first, last in rows:
            overlaps[move_id].append(PlanOverlap(plan, names[product_id], first, last))
        return overlaps

    # --- what is usual

    def _fill_history(self, facts):
        past = self._read_past()
        prices = self._read_prices(past) if "unusual_price" in self.kinds else {}
        for move in self.moves:
            rows = past.get((move.commercial_partner_id.id, move.currency_id.id), ())
            facts[move.id]["past_totals"] = tuple(total for _id, total in rows)
            ids = [past_id for past_id, _total in rows]
            facts[move.id]["prices"] = tuple(self._line_prices(move, ids, prices))

    def _read_past(self):
        """``{(customer, currency): [(move id, total)]}``, newest first."""
        count = max(rule.history for rule in self.rules if rule.kind in HISTORY_KINDS)
        past = defaultdict(list)
        for partner_id, currency_id, move_id, total in self.env.execute_query(
            SQL(
                """SELECT own.commercial_partner_id, own.currency_id, past.id, past.total
                     FROM (SELECT DISTINCT commercial_partner_id, currency_id, company_id
                             FROM account_move WHERE id = ANY(%(ids)s)) own,
                          LATERAL (
                             SELECT m.id, m.invoice_date, TRIM_SCALE(m.amount_total)::text AS total
                               FROM account_move m
                              WHERE m.commercial_partner_id = own.commercial_partner_id
                                AND m.company_id = own.company_id AND m.state = 'posted'
                                AND m.move_type = 'out_invoice' AND m.currency_id = own.currency_id
                                AND m.payment_state IS DISTINCT FROM 'reversed'
                                AND m.id <> ALL(%(ids)s)
                           ORDER BY m.invoice_date DESC, m.id DESC LIMIT %(count)s) past
                 ORDER BY past.invoice_date DESC, past.id DESC""",
                ids=self.moves.ids,
                count=count,
            )
        ):
            past[partner_id, currency_id].append((move_id, Decimal(total)))
        return past

    def _read_prices(self, past):
        """``{move id: {(product, unit): price after discount}}`` of past invoices."""
        move_ids = [move_id for rows in past.values() for move_id, _total in rows]
        prices = defaultdict(dict)
        for move_id, product_id, unit_id, price in self.env.execute_query(
            SQL(
                """SELECT move_id, product_id, product_uom_id,
                          TRIM_SCALE(AVG(price_unit * (1 - COALESCE(discount, 0) / 100)))::text
                     FROM account_move_line
                    WHERE move_id = ANY(%s) AND display_type = 'product' AND product_id = ANY(%s)
                 GROUP BY move_id, product_id, product_uom_id""",
                move_ids,
                self.moves.invoice_line_ids.product_id.ids,
            )
        ):
            prices[move_id][product_id, unit_id] = Decimal(price)
        return prices

    def _line_prices(self, move, past_ids, prices):
        for line in move.invoice_line_ids:
            key = (line.product_id.id, line.product_uom_id.id)
            known = tuple(prices[i][key] for i in past_ids if key in prices.get(i, ()))
            if known:
                discount = 1 - Decimal(str(line.discount)) / 100
                yield line.product_id.display_name, Decimal(str(line.price_unit)) * discount, known
