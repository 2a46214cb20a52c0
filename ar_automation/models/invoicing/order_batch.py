"""Decides on orders with something to invoice, together with what shares their invoices.

Facts are read for all customers of a batch at once; the engine decides customer by customer; the
invoices of all are created, checked and posted together.
"""

from collections import defaultdict
from dataclasses import dataclass

from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...engine.invoicing.consolidation import Consolidation, OrderFacts, consolidate


@dataclass(frozen=True, slots=True)
class InvoiceGroup:
    """Orders that become one invoice.

    :ivar order_ids: in the order in which they stand on the invoice.
    :ivar vals: what the invoice takes from the policy instead of from its orders.
    :ivar policy: record of ``ar.invoice.policy``.
    :ivar decision: what the engine said; None if a person chose.
    """

    order_ids: tuple[int, ...]
    vals: dict
    policy: object
    decision: object = None


class OrderBatch:
    """Orders of one company, and those of the same customers that may share their invoices.

    :param orders: ``sale.order`` records with something to invoice.
    :param datetime.date date: business day.
    """

    def __init__(self, orders, date, company):
        self.orders, self.date, self.company = orders, date, company
        self.env = orders.env
        model = self.env["ar.invoice.policy"].sudo()
        self.policies = model.ar_get_policies(orders.partner_id, company)
        self.members = orders | self._find_others()
        self.decisions: dict[int, Consolidation] = {}
        self.waits: dict[int, object] = {}
        self.groups: list[InvoiceGroup] = []
        self.moves: list[object] = []

    # --- what belongs together

    def _find_others(self):
        """Orders beside the given ones that collective invoices may hold."""
        together = [
            customer_id
            for customer_id, policy in self.policies.items()
            if policy.frequency != "order"
        ]
        if not together:
            return self.orders.browse()
        whose = Domain("partner_id.commercial_partner_id", "in", together)
        return self.orders.search(self.orders._ar_open_domain(self.company) & whose)

    def lock(self):
        """Lock what is not locked yet; whoever changed it meanwhile makes the step start over."""
        others = self.members - self.orders
        if others:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM sale_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                    others.ids,
                )
            )
        return self

    # --- the decision

    def decide(self):
        """Decide for each customer what is invoiced today and what waits."""
        made = self._read_made()
        rates = self._read_rates()
        sound = self.members.filtered(lambda order: order._ar_has_lines_to_invoice())
        for customer, orders in sound.grouped(self._customer).items():
            policy = self.policies[customer.id]
            rule = policy._consolidation_rule()
            facts = [self._facts(order, policy, rates) for order in orders]
            found = consolidate(facts, rule, self.date, made[customer.id])
            self.decisions[customer.id] = found
            self.waits |= {wait.key: wait for wait in found.waits}
            self.groups += [
                self._prepare_group(customer, policy, invoice) for invoice in found.invoices
            ]
        return self

    def _customer(self, order):
        return order.partner_id.commercial_partner_id

    def _facts(self, order, policy, rates):
        needs_complete = order.ar_invoice_timing == "complete"
        return OrderFacts(
            key=order.id,
            group=order._ar_group_key(policy.grouping),
            ready=order.ar_ready_date or order.date_order.date(),
            amount=order._ar_amount_to_invoice(rates[order.currency_id]),
            is_complete=not needs_complete or order._ar_is_delivered(),
        )

    def _read_rates(self):
        own, day = self.company.currency_id, self.date
        return {
            currency: currency._get_conversion_rate(currency, own, self.company, day)
            for currency in self.members.currency_id
        }

    def _read_made(self):
        """``{customer id: dates for which collective invoices were made}``"""
        made = defaultdict(set)
        ready = [order.ar_ready_date for order in self.members if order.ar_ready_date]
        customers = [key for key, policy in self.policies.items() if policy.frequency != "order"]
        if ready and customers:
            rows = self.env["account.move"]._read_group(
                [
                    ("company_id", "=", self.company.id),
                    ("ar_policy_partner_id", "in", customers),
                    ("ar_policy_date", ">=", min(ready)),
                    ("state", "!=", "cancel"),
                ],
                ["ar_policy_partner_id", "ar_policy_date:day"],
            )
            for customer, day in rows:
                made[customer.id].add(day)
        return made

    def _prepare_group(self, customer, policy, decision):
        vals = {"ar_invoice_policy_id": policy.id}
        if decision.on:
            is_late = decision.on.day < self.date and policy.late_date == "today"
            vals |= {
                "ar_policy_date": decision.on.nominal,
                "ar_policy_partner_id": customer.id,
                "invoice_date": self.date if is_late else decision.on.day,
            }
        return InvoiceGroup(decision.keys, vals, policy, decision)

    # --- the effect

    def invoice(self, run):
        """Create, check and post the invoices, each with the reason why it was made."""
        reasons = [self._reason(group, run) for group in self.groups]
        self.moves = self.orders._ar_create_groups(self.groups, self.date, reasons)
        return self

    def moves_of(self, order):
        """What came of an order that the job took up.

        The first order of a customer stands for all of the customer's collective invoices.
        """
        pairs = [(g, m) for g, m in zip(self.groups, self.moves, strict=True) if m]
        customer = self._customer(order)
        if self.policies[customer.id].frequency == "order":
            return [move for group, move in pairs if order.id in group.order_ids]
        if order != self._first_orders[customer]:
            return []
        return [
            move for group, move in pairs if group.vals.get("ar_policy_partner_id") == customer.id
        ]

    @property
    def _first_orders(self):
        return {
            customer: orders.sorted("id")[:1]
            for customer, orders in self.orders.grouped(self._customer).items()
        }

    def tell_waits(self):
        """Show on the orders that were asked about what they wait for."""
        names = {group.order_ids: group for group in self.groups}
        due = {order_id: group for ids, group in names.items() for order_id in ids}
        for order in self.orders:
            policy = self.policies[self._customer(order).id]
            if order.id in self.waits:
                order._ar_note_wait(self.waits[order.id], policy)
            elif order.id in due:
                order.ar_next_invoice_date = self.date
                order.ar_invoice_wait = self.env._("The next turn of the job: it is due.")

    def wait_sentence(self, order):
        """Why an order is not invoiced today; empty if there is nothing to say."""
        wait = self.waits.get(order.id)
        policy = self.policies[self._customer(order).id]
        return wait and self.env._("Waits for: %s", order._ar_wait_sentence(wait, policy))

    def _reason(self, group, run):
        if not group.decision.on:
            return self.env._(
                "Invoiced automatically on %(date)s because the order had quantities to invoice "
                "(run %(run)s).",
                date=format_date(self.env, run.date),
                run=run.id,
            )
        reason = self._collective_reason(group, run)
        if group.decision.is_below_minimum:
            waited = self.env._(
                "It is less than the minimum of %(minimum)s, but waited %(count)s times.",
                minimum=group.policy.currency_id.format(group.policy.minimum_amount),
                count=group.policy.max_wait,
            )
            reason = f"{reason} {waited}"
        return reason

    def _collective_reason(self, group, run):
        orders = self.env["sale.order"].browse(group.order_ids)
        words = {
            "day": format_date(self.env, group.decision.on.nominal),
            "orders": ", ".join(orders.mapped("name")),
            "run": run.id,
        }
        if group.policy.frequency == "week":
            return self.env._(
                "Weekly invoice of %(day)s: orders %(orders)s (run %(run)s).", **words
            )
        if group.policy.frequency == "month":
            return self.env._(
                "Monthly invoice of %(day)s: orders %(orders)s (run %(run)s).", **words
            )
        return self.env._(
            "Half-monthly invoice of %(day)s: orders %(orders)s (run %(run)s).", **words
        )


def single_groups(orders, policies):
    """Each order on an invoice of its own, as a person wants it who invoices now."""
    return [
        InvoiceGroup((order.id,), {"ar_invoice_policy_id": policies[order].id}, policies[order])
        for order in orders
    ]
