from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.sql import column_exists, create_column

from .ar_invoice_policy import TIMINGS
from .order_batch import OrderBatch


class SaleOrder(models.Model):
    """When an order is invoiced by its customer's policy, and what it waits for."""

    _inherit = "sale.order"

    ar_contract = fields.Char(
        "Contract",
        help="Number of the contract that the order belongs to. Invoicing policies can put orders "
        "of a contract on one invoice.",
    )
    ar_invoice_timing = fields.Selection(
        TIMINGS,
        "Ready to be invoiced",
        compute="_compute_ar_invoice_timing",
        store=True,
        readonly=False,
        precompute=True,
        help="When what is ordered may be invoiced; by default as the customer's invoicing policy "
        "says.",
    )
    ar_ready_date = fields.Date(
        "To invoice since",
        compute="_compute_ar_ready_date",
        store=True,
        help="First day on which the order had something to invoice that is not invoiced yet. "
        "The cut-off of collective invoices goes by it.",
    )
    ar_effective_policy_id = fields.Many2one(
        "ar.invoice.policy", "Invoicing policy", compute="_compute_ar_invoice_wait"
    )
    ar_next_invoice_date = fields.Date(
        "Next invoice",
        compute="_compute_ar_invoice_wait",
        help="When the order is looked at next. Empty: not known yet.",
    )
    ar_invoice_wait = fields.Char("Waits for", compute="_compute_ar_invoice_wait")
    ar_amount_left = fields.Monetary(
        "To invoice",
        compute="_compute_ar_amount_left",
        help="What there is to invoice, taxes included, less the down payments and milestones that "
        "were invoiced before.",
    )

    _ar_to_invoice_idx = models.Index(
        "(company_id, ar_ready_date) WHERE invoice_status = 'to invoice'"
    )

    def _auto_init(self):
        """Fill the new columns of old orders by SQL: computing them one by one takes long."""
        if not column_exists(self.env.cr, "sale_order", "ar_ready_date"):
            create_column(self.env.cr, "sale_order", "ar_ready_date", "date")
            create_column(self.env.cr, "sale_order", "ar_invoice_timing", "varchar")
            self.env.cr.execute(
                "UPDATE sale_order SET ar_invoice_timing = 'product', ar_ready_date ="
                " CASE WHEN invoice_status = 'to invoice' THEN date_order::date END"
            )
        return super()._auto_init()

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id")
    def _compute_payment_term_id(self):
        # EXTENDS 'sale': the policy's terms for customers that have none
        result = super()._compute_payment_term_id()
        without = self.filtered(lambda order: order.partner_id and not order.payment_term_id)
        for order, policy in without._ar_policies().items():
            if policy.payment_term_id:
                order.payment_term_id = policy.payment_term_id
        return result

    @api.depends("partner_id", "company_id")
    def _compute_ar_invoice_timing(self):
        policies = self._ar_policies()
        for order in self:
            policy = policies.get(order)
            order.ar_invoice_timing = policy.timing if policy else "product"

    @api.depends("invoice_status")
    def _compute_ar_ready_date(self):
        today = fields.Date.context_today(self)
        for order in self:
            is_ready = order.invoice_status == "to invoice"
            order.ar_ready_date = is_ready and (order.ar_ready_date or today)

    @api.depends("invoice_status", "ar_ready_date", "partner_id", "ar_milestone_ids.state")
    def _compute_ar_invoice_wait(self):
        today = fields.Date.context_today(self)
        self.ar_next_invoice_date = self.ar_invoice_wait = self.ar_effective_policy_id = False
        stored = self.filtered("id")
        for order in self - stored:
            order._ar_note_as(order._origin)
        for order, policy in stored._ar_policies().items():
            order.ar_effective_policy_id = policy
        # sudo: what an order waits for depends on orders of its customer that others entered
        open_orders = stored.sudo().filtered(lambda order: order.invoice_status == "to invoice")
        milestones = open_orders.ar_milestone_ids.filtered(lambda one: one.state == "waiting")
        by_milestone = milestones.order_id & open_orders
        for order in by_milestone:
            order._ar_note_milestone()
        for company, orders in (open_orders - by_milestone).grouped("company_id").items():
            OrderBatch(orders, today, company).decide().tell_waits()

    @api.depends("amount_to_invoice", "order_line.amount_invoiced", "order_line.is_downpayment")
    def _compute_ar_amount_left(self):
        for order in self:
            paid_before = order.order_line.filtered("is_downpayment")
            left = order.amount_to_invoice - sum(paid_before.mapped("amount_invoiced"))
            order.ar_amount_left = max(left, 0.0)

    # === PRIVATE METHODS ===#

    def _ar_policies(self):
        """``{order: policy}`` of the orders that have a customer, with rights of the system."""
        result = {}
        model = self.env["ar.invoice.policy"].sudo()
        for company, orders in self.filtered("partner_id").grouped("company_id").items():
            found = model.ar_get_policies(orders.partner_id, company or self.env.company)
            for order in orders:
                customer = order.partner_id.sudo().commercial_partner_id
                result[order] = found.get(customer.id) or found.get(customer._origin.id) or model
        return result

    @api.model
    def _ar_open_domain(self, company):
        """Confirmed orders with something to invoice, except by milestones."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
                # milestones say when the parts of their order are invoiced
                ("ar_milestone_ids", "not any", [("state", "=", "waiting")]),
            ]
        )

    def _ar_amount_to_invoice(self, rate):
        """What there is to invoice, untaxed, in the company's currency.

        :param float rate: from the order's currency.
        """
        amount = sum(
            line.qty_to_invoice * (line.price_reduce_taxexcl or line.price_unit)
            for line in self.order_line
            if line.qty_to_invoice and not line.display_type
        )
        return Decimal(str(self.company_id.currency_id.round(amount * rate)))

    def _ar_is_delivered(self):
        """Whether nothing of the order remains to be delivered."""
        return not any(
            line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) < 0
            for line in self.order_line
            if line.product_id and not line.display_type and not line.is_downpayment
        )

    def _ar_group_key(self, grouping):
        """Orders of a customer with equal keys may share an invoice."""
        own = {
            "all": "",
            "contract": self.ar_contract or "",
            "po": self.client_order_ref or "",
            "address": self.partner_shipping_id.id,
            "project": self._ar_analytic_accounts() if grouping == "project" else "",
        }
        shared = (
            self.partner_invoice_id,
            self.currency_id,
            self.fiscal_position_id,
            self.payment_term_id,
            self.preferred_payment_method_line_id,
            self.journal_id,
        )
        return (own[grouping], *(record.id for record in shared))

    def _ar_analytic_accounts(self):
        accounts = defaultdict(int)
        for line in self.order_line:
            for key in line.analytic_distribution or ():
                accounts[key] += 1
        return tuple(sorted(accounts))

    def _ar_is_invoiced_by_milestones(self):
        """Whether milestones make up the whole order, delivered or not."""
        return round(sum(self.ar_milestone_ids.mapped("percentage")), 2) == 100

    def _ar_note_as(self, stored):
        """Show on an order that is being edited what is stored."""
        self.ar_effective_policy_id = stored.ar_effective_policy_id
        self.ar_next_invoice_date = stored.ar_next_invoice_date
        self.ar_invoice_wait = stored.ar_invoice_wait

    def _ar_note_milestone(self):
        waiting = self.ar_milestone_ids.filtered(lambda one: one.state == "waiting")
        coming = waiting.filtered("due_date").sorted("due_date")[:1] or waiting[:1]
        self.ar_next_invoice_date = coming.due_date
        self.ar_invoice_wait = self.env._("The milestone %s.", coming.name)

    def _ar_note_wait(self, wait, policy):
        """Show on the order why it is not invoiced today."""
        self.ar_next_invoice_date = wait.until
        self.ar_invoice_wait = self._ar_wait_sentence(wait, policy)

    def _ar_wait_sentence(self, wait, policy):
        day = wait.until and format_date(self.env, wait.until)
        sentences = {
            "incomplete": lambda: self.env._("The rest of its delivery."),
            "date": lambda: self.env._(
                "The collective invoice of %(day)s (%(policy)s).", day=day, policy=policy.name
            ),
            "minimum": lambda: self.env._(
                "More to invoice, or %(day)s: %(amount)s is less than the minimum of %(minimum)s "
                "(%(policy)s).",
                day=day,
                amount=policy.currency_id.format(float(wait.amount)),
                minimum=policy.currency_id.format(policy.minimum_amount),
                policy=policy.name,
            ),
        }
        return sentences[wait.reason]()
