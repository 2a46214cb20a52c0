"""Collects the facts about orders that somebody wants to send or confirm, and decides them."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from odoo import fields

from ...engine.credit.order_turns import OrderDecision, OrderTurn, decide_in_turn
from .check_wording import CheckWording
from .credit_standing import StandingQuery
from .exposure_query import to_decimal


class DecidedOrder(NamedTuple):
    """One order's decision and what it was based on, in the company's currency.

    :ivar sentence: the reasons with their figures.
    :ivar notice: the reasons as everybody who may see the order may know them.
    """

    decision: OrderDecision
    amount: Decimal
    limit: Decimal
    sentence: str
    notice: str

    def prepare_order_vals(self):
        """What the order keeps of the decision."""
        return {
            "ar_credit_reason": self.sentence,
            "ar_credit_codes": ",".join(reason.code for reason in self.decision.reasons),
            "ar_credit_exposure": float(self.decision.exposure),
            "ar_credit_limit": float(self.limit),
        }


class OrderCheck:
    """Decides orders of one company with a constant number of queries.

    :param orders: orders of one company, read with whatever rights are needed.
    :param str checkpoint: ``order`` or ``quotation``.
    """

    def __init__(self, orders, checkpoint="order"):
        self.env = orders.env
        self.company = orders.company_id
        self.checkpoint = checkpoint
        self.orders = orders.sudo().with_company(self.company).sorted("id").with_prefetch()
        self.policies = self.env["ar.credit.policy"].sudo()
        self.currency = self.company.currency_id

    def is_needed(self):
        """Whether anything is checked in this company."""
        return bool(self.orders) and self.company.sudo().account_use_credit_limit

    def decide(self, day, *, standing=True, lock=True):
        """Decide whether the orders may pass the checkpoint.

        :param datetime.date day: on which the decision is taken.
        :param bool standing: earlier releases and rejections count.
        :param bool lock: lock the customers, so that the decision can be acted on; without
            it the answer is for information only.
        :return: ``{order id: DecidedOrder}``; orders that nothing can hold are left out.
        """
        self._collect(day, lock=lock)
        amounts = {order.id: self._convert(order, order.amount_total) for order in self.orders}
        return self._decide_all(amounts, standing=standing, lock=lock)

    def decide_grown(self, day, grown):
        """Lock the customers and decide whether confirmed orders may be as big as they are now.

        :param dict grown: ``{order id: growth in the order's currency}``; the growth is
            part of the exposure already.
        """
        self._collect(day, lock=True)
        amounts = {order.id: self._convert(order, grown[order.id]) for order in self.orders}
        for customer_id, orders in self.orders_of.items():
            known = self.standings[customer_id]
            if known.policy.sudo().count_orders:
                growth = sum(amounts[order.id] for order in orders)
                levels = tuple(
                    replace(level, exposure=level.exposure - growth) for level in known.levels
                )
                self.standings[customer_id] = known._replace(levels=levels)
        return self._decide_all(amounts, standing=True, lock=True)

    # --- facts

    def _collect(self, day, *, lock):
        """Where the customers stand, read once nobody else can decide on them."""
        self.day = day
        self.orders_of = self._group_by_customer()
        customers = self._customers()
        if lock:
            customers._ar_lock_credit()
        query = StandingQuery(self.company, day)
        self.standings = query.collect(customers) if customers else {}
        query.query.load_rates(set(self.orders.currency_id.ids))
        self.rates = query.query

    def _customers(self):
        return (
            self.env["res.partner"].sudo().with_company(self.company).browse(sorted(self.orders_of))
        )

    def _convert(self, order, amount):
        return to_decimal(self.currency, self.rates.to_company(amount, order.currency_id.id))

    def _group_by_customer(self):
        """Orders per customer; those whom nothing can hold are left out, and not locked."""
        ids_of = defaultdict(list)
        checked = self._get_checked_customers()
        for order in self.orders:
            customer = order.partner_invoice_id.commercial_partner_id
            if customer in checked or order.ar_credit_state == "rejected":
                ids_of[customer.id].append(order.id)
        # What is read of one customer's orders is read of all: together, not one by one.
        return {
            customer_id: self.orders.browse(ids).with_prefetch(self.orders.ids)
            for customer_id, ids in ids_of.items()
        }

    def _get_checked_customers(self):
        """Customers with a limit, and others if a policy or a credit group may hold them."""
        contacts = self.orders.partner_invoice_id
        contacts.fetch(["commercial_partner_id", "credit_limit"])
        customers = contacts.commercial_partner_id
        limited = customers.filtered("credit_limit")
        others = customers - limited
        if not others or self.env["ar.credit.group"].sudo()._is_used():
            return customers
        policies = self.policies.ar_get_policies(others, self.company)
        return limited | others.filtered(
            lambda customer: policies[customer.id].sudo()._is_holding_unlimited()
        )

    # --- decisions

    def _decide_all(self, amounts, *, standing, lock):
        turns = self._prepare_turns(amounts, standing=standing)
        decisions = self._decide(turns)
        decided = {
            order.id: self._prepare_decided(order, turns[order.id], decision)
            for order, decision in decisions.items()
        }
        if lock:
            self._note_credit_use(decided)
        return decided

    def _prepare_turns(self, amounts, *, standing):
        """``{order id: OrderTurn}`` without what is looked up only if an order would not pass."""
        turns = {}
        for customer in self._customers():
            known = self.standings[customer.id]
            facts = customer._ar_prepare_check_facts(known, Decimal(0))
            rules = known.policy.sudo()._prepare_check_rules(self.checkpoint)
            for order in self.orders_of[customer.id]:
                turns[order.id] = OrderTurn(
                    customer.id,
                    replace(facts, amount=amounts[order.id]),
                    rules,
                    order._ar_get_credit_standing() if standing else "new",
                )
        return turns

    def _decide(self, turns):
        """``{order: decision}``; payments and releases for a time are looked up if needed."""
        orders = self.orders.filtered(lambda order: order.id in turns)
        decisions = decide_in_turn([turns[order.id] for order in orders])
        if any(decision.verdict in ("hold", "rejected") for decision in decisions):
            ceilings = self.env["ar.credit.request"].ar_get_ceilings(
                self._customers(), self.company, self.day
            )
            decisions = decide_in_turn(
                replace(
                    turns[order.id],
                    facts=replace(turns[order.id].facts, is_prepaid=order._ar_is_paid()),
                    ceiling=to_decimal(self.currency, ceilings.get(turns[order.id].customer, 0.0)),
                )
                for order in orders
            )
        return dict(zip(orders, decisions, strict=True))

    def _prepare_decided(self, order, turn, decision):
        known = self.standings[turn.customer]
        wording = CheckWording(self.env, self.currency)
        sentence = wording.sentence(decision.reasons)
        notice = wording.notice([reason.code for reason in decision.reasons])
        return DecidedOrder(
            decision,
            turn.facts.amount,
            known.limit or Decimal(0),
            sentence,
            sentence if known.policy.sudo().tell_salespeople else notice,
        )

    def _note_credit_use(self, decided):
        """Let whoever waits for the customers of orders that pass start over."""
        self._customers().filtered(
            lambda customer: any(
                decided[order.id].decision.verdict in ("pass", "warn")
                for order in self.orders_of[customer.id]
            )
        )._ar_note_credit_use()


def today(orders):
    """The day on which orders are decided."""
    return fields.Date.context_today(orders)
