"""Collects the facts about orders that somebody wants to confirm, and has them decided."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from odoo import fields

from ...engine.credit.order_decision import Decision, OrderFacts, decide_orders
from .credit_wording import CreditWording
from .exposure_query import ExposureQuery, to_decimal


class DecidedOrder(NamedTuple):
    """One order's decision and what it was based on, in the company's currency.

    :ivar sentence: the reasons with their figures.
    :ivar notice: the reasons as everybody who may see the order may know them.
    """

    decision: Decision
    amount: Decimal
    exposure: Decimal
    limit: Decimal
    sentence: str
    notice: str

    def prepare_order_vals(self):
        """What the order keeps of the decision."""
        return {
            "ar_credit_reason": self.sentence,
            "ar_credit_codes": ",".join(reason.code for reason in self.decision.reasons),
            "ar_credit_exposure": float(self.exposure),
            "ar_credit_limit": float(self.limit),
        }


class OrderCheck:
    """Decides orders of one company, customer by customer, with a constant number of queries.

    :param orders: orders of one company, read with whatever rights are needed.
    """

    def __init__(self, orders):
        self.env = orders.env
        self.company = orders.company_id
        self.orders = orders.sudo().with_company(self.company).sorted("id").with_prefetch()
        self.policy = self.env["ar.credit.policy"].sudo().ar_get_policy(self.company)
        self.currency = self.company.currency_id

    def is_needed(self):
        """Whether anything is checked in this company."""
        return bool(self.orders) and self.policy._is_checking_orders()

    def decide(self, day, *, standing=True):
        """Lock the customers and decide whether the orders may be confirmed.

        :param datetime.date day: on which the decision is taken.
        :param bool standing: earlier releases and rejections count.
        :return: ``{order id: DecidedOrder}``; orders that nothing can hold are left out.
        """
        query, exposures = self._collect(day)
        amounts = {
            order.id: self._convert(query, order, order.amount_total) for order in self.orders
        }
        return self._decide_all(exposures, amounts, standing=standing)

    def decide_grown(self, day, grown):
        """Lock the customers and decide whether confirmed orders may be as big as they are now.

        :param dict grown: ``{order id: growth in the order's currency}``; the growth is
            part of the exposure already.
        """
        query, exposures = self._collect(day)
        amounts = {order.id: self._convert(query, order, grown[order.id]) for order in self.orders}
        if self.policy.count_orders:
            for customer_id, orders in self.orders_of.items():
                known = exposures[customer_id]
                growth = sum(amounts[order.id] for order in orders)
                exposures[customer_id] = replace(known, orders=known.orders - growth)
        return self._decide_all(exposures, amounts, standing=True)

    def _collect(self, day):
        """The customers' exposures, read once nobody else can decide on them."""
        self.day = day
        self.orders_of = self._group_by_customer()
        customers = self._customers()
        customers._ar_lock_credit()
        query = ExposureQuery(self.company, day, late_after_days=self.policy.overdue_days)
        exposures = query.collect(customers.ids)
        query.load_rates(set(self.orders.currency_id.ids))
        return query, exposures

    def _customers(self):
        return (
            self.env["res.partner"].sudo().with_company(self.company).browse(sorted(self.orders_of))
        )

    def _convert(self, query, order, amount):
        return to_decimal(self.currency, query.to_company(amount, order.currency_id.id))

    def _decide_all(self, exposures, amounts, *, standing):
        decided = {}
        for customer in self._customers():
            decided.update(
                self._decide_customer(customer, exposures[customer.id], amounts, standing)
            )
        held = self._get_customers_with("hold", decided)
        # Looked up only for who would be held: most orders pass without it.
        for customer_id, ceiling in self._get_ceilings(held).items():
            customer = held.browse(customer_id)
            decided.update(
                self._decide_customer(
                    customer, exposures[customer.id], amounts, standing, ceiling=ceiling
                )
            )
        self._get_customers_with("pass", decided)._ar_note_credit_use()
        return decided

    def _get_customers_with(self, verdict, decided):
        """The customers of whom at least one order has this verdict."""
        return self._customers().filtered(
            lambda customer: any(
                decided[order.id].decision.verdict == verdict
                for order in self.orders_of[customer.id]
            )
        )

    def _get_ceilings(self, customers):
        if not customers:
            return {}
        requests = self.env["ar.credit.request"]
        return requests.ar_get_ceilings(customers, self.company, self.day)

    def _group_by_customer(self):
        """Orders per customer; those whom nothing can hold are left out, and not locked."""
        ids_of = defaultdict(list)
        for order in self.orders:
            customer = order.partner_invoice_id.commercial_partner_id
            if (
                self.policy.check_overdue
                or customer.credit_limit
                or order.ar_credit_state == "rejected"
            ):
                ids_of[customer.id].append(order.id)
        # What is read of one customer's orders is read of all: together, not one by one.
        return {
            customer_id: self.orders.browse(ids).with_prefetch(self.orders.ids)
            for customer_id, ids in ids_of.items()
        }

    def _decide_customer(self, customer, exposure, amounts, standing, *, ceiling=0.0):
        orders = self.orders_of[customer.id]
        rules = replace(
            self.policy._prepare_credit_policy(customer.credit_limit),
            ceiling=to_decimal(self.currency, ceiling),
        )
        owed = exposure.total(self.policy._prepare_counted())
        facts = [
            OrderFacts(
                amount=amounts[order.id],
                exposure=owed,
                late=exposure.late,
                oldest_overdue_days=exposure.oldest_overdue_days,
                standing=order._ar_get_credit_standing() if standing else "new",
            )
            for order in orders
        ]
        wording = CreditWording(self.env, self.currency)
        for order, decision in zip(orders, self._decide_paid(orders, facts, rules), strict=True):
            met = next(
                (reason.exposure for reason in decision.reasons if reason.code == "over_limit"),
                owed,
            )
            yield (
                order.id,
                DecidedOrder(
                    decision,
                    amounts[order.id],
                    met,
                    rules.limit,
                    wording.sentence(decision),
                    self._get_notice(wording, decision),
                ),
            )

    def _decide_paid(self, orders, facts, rules):
        """Decide one customer's orders; payments are looked up only if one would not pass."""
        decisions = decide_orders(facts, rules)
        if all(decision.verdict == "pass" for decision in decisions):
            return decisions
        paid = [
            replace(known, is_paid_online=order._ar_is_paid())
            for order, known in zip(orders, facts, strict=True)
        ]
        return decide_orders(paid, rules)

    def _get_notice(self, wording, decision):
        if self.policy.tell_salespeople:
            return wording.sentence(decision)
        return wording.notice([reason.code for reason in decision.reasons])


def today(orders):
    """The day on which orders are decided."""
    return fields.Date.context_today(orders)
