from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.invoicing.consolidation import ConsolidationRule
from ...engine.invoicing.invoicing_dates import InvoiceCalendar, last_date

FREQUENCIES = [
    ("order", "Each order by itself"),
    ("week", "Every week"),
    ("half_month", "Twice a month"),
    ("month", "Every month"),
]
TIMINGS = [
    ("product", "As the products say"),
    ("ordered", "At confirmation"),
    ("delivered", "At delivery"),
    ("complete", "Once all is delivered"),
]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ArInvoicePolicy(models.Model):
    """When a customer's orders are invoiced, which of them together, and on what terms.

    Every company has one default policy and any number of others for some of its customers:
    the one set on the customer counts, else the first whose tags and countries fit, else
    the default.
    """

    _name = "ar.invoice.policy"
    _description = "Invoicing policy"
    _inherit = ["ar.customer.policy", "mail.thread"]
    _customer_policy_field = "ar_invoice_policy_id"

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Invoicing policy")
    )

    # when
    timing = fields.Selection(
        TIMINGS,
        "Ready to be invoiced",
        required=True,
        default="product",
        tracking=True,
        help="When what is ordered may be invoiced. It counts for orders entered from now on; an "
        "order keeps what it was entered with.",
    )
    frequency = fields.Selection(
        FREQUENCIES,
        "Invoices",
        required=True,
        default="order",
        tracking=True,
        help="Each order gets its own invoice as soon as it is ready, or orders are collected "
        "until the next date.",
    )
    weekday = fields.Selection(
        WEEKDAYS, required=True, default="0", tracking=True, help="Day of the weekly invoice."
    )
    first_day = fields.Integer(
        "First day",
        default=15,
        tracking=True,
        help="Day of the month of the first of two invoices.",
    )
    month_day = fields.Integer(
        "Day of the month",
        default=31,
        tracking=True,
        help="31 is the last day of every month.",
    )
    cut_off_days = fields.Integer(
        "Cut-off (days before)",
        tracking=True,
        help="What gets ready less than so many days before the date belongs to the next one. "
        "0: orders delivered until the date itself.",
    )
    business_days = fields.Selection(
        [
            ("none", "On any day"),
            ("following", "Next business day"),
            ("preceding", "Business day before"),
            ("modified", "Next business day of the same month"),
        ],
        "Weekends, holidays",
        default="none",
        required=True,
        tracking=True,
        help="Where to move a date that falls on a weekend or a public holiday in the company's "
        "country.",
    )
    late_date = fields.Selection(
        [("today", "The day it is made"), ("scheduled", "The day it was due")],
        "Date of late invoices",
        default="today",
        required=True,
        tracking=True,
        help="Invoice date of collective invoices that were missed. The due date follows from it.",
    )

    # which together
    grouping = fields.Selection(
        [
            ("all", "All orders"),
            ("contract", "By contract"),
            ("po", "By the customer's order number"),
            ("address", "By delivery address"),
            ("project", "By project"),
        ],
        "Together",
        required=True,
        default="all",
        tracking=True,
        help="Orders that share a collective invoice; a project is told by the analytic accounts "
        "of an order's lines. They never share one if their invoice "
        "address, currency, fiscal position, payment terms or journal differ.",
    )
    minimum_amount = fields.Monetary(
        "Minimum",
        tracking=True,
        help="A collective invoice of less, untaxed, waits for the next date.",
    )
    max_wait = fields.Integer(
        "Waits at most (dates)",
        default=3,
        tracking=True,
        help="After so many dates what is below the minimum is invoiced all the same.",
    )

    # on what terms
    requires_po = fields.Boolean(
        "Order number required",
        tracking=True,
        help="Invoices without the customer's order number wait under Invoices to review.",
    )
    requires_vat = fields.Boolean(
        "VAT number required",
        tracking=True,
        help="Invoices to customers without a VAT number wait under Invoices to review.",
    )
    requires_buyer_reference = fields.Boolean(
        "Buyer reference required",
        tracking=True,
        help="Invoices to customers without a reference wait under Invoices to review.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment terms",
        check_company=True,
        tracking=True,
        help="For orders of customers that have no terms of their own.",
    )
    fee_product_id = fields.Many2one(
        "product.product",
        "Invoice fee",
        check_company=True,
        domain=[("type", "=", "service")],
        tracking=True,
        help="A line with this product is added to every invoice of orders, with its taxes. "
        "Credit notes have none.",
    )
    fee_amount = fields.Monetary(
        "Fee amount",
        tracking=True,
        help="Price of the fee. 0: the price of the product.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        tracking=True,
        help="Language of the invoices and of their mails. Empty: the customer's.",
    )
    channel = fields.Selection(
        [("email", "By e-mail"), ("snailmail", "By letter"), ("manual", "By hand")],
        "Sent",
        tracking=True,
        help="For customers that have no sending method of their own. Empty: by e-mail.",
    )
    copy_partner_ids = fields.Many2many(
        "res.partner",
        "ar_invoice_policy_copy_rel",
        string="Copies to",
        domain=[("email", "!=", False)],
        help="They get every invoice that leaves by e-mail, too.",
    )

    _company_unique = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one default invoicing policy."
    )
    _day_range = models.Constraint(
        "CHECK (month_day BETWEEN 1 AND 31 AND first_day BETWEEN 1 AND 31)",
        "The day of the month is between 1 and 31.",
    )
    _not_negative = models.Constraint(
        "CHECK (minimum_amount >= 0 AND max_wait >= 0 AND fee_amount >= 0)",
        "Minimum, fee and the dates to wait cannot be negative.",
    )
    _cut_off_range = models.Constraint(
        "CHECK (cut_off_days BETWEEN 0 AND 31)", "The cut-off is 0 to 31 days before the date."
    )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        if any(self.mapped("is_default")):
            raise UserError(
                self.env._(
                    "Every company needs its default invoicing policy. Let it invoice each order "
                    "by itself instead of deleting it."
                )
            )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_due_domains(self, company, date):
        """Which orders with something to invoice are due on ``date``, by the policies.

        :return: two domains on ``sale.order``: of orders that are invoiced one by one, and of
            those that belong to a collective invoice whose date has come.
        """
        policies = self.sudo()._of_company(company)
        default = policies.filtered("is_default")
        singles, together = Domain.FALSE, Domain.FALSE
        for policy, customers in policies._customer_domains(default):
            orders = customers
            if not customers.is_true():
                orders = Domain("partner_id.commercial_partner_id", "any", customers)
            if policy.frequency == "order":
                singles |= orders
            else:
                together |= orders & policy._ready_domain(date)
        return singles, together

    # === PRIVATE METHODS ===#

    def _fit_domain(self):
        """The same as ``_fits``, for a search."""
        if not (self.category_ids or self.country_ids):
            return Domain.FALSE
        domain = Domain.TRUE
        if self.category_ids:
            domain &= Domain("category_id", "in", self.category_ids.ids)
        if self.country_ids:
            domain &= Domain("country_id", "in", self.country_ids.ids)
        return domain

    def _customer_domains(self, default):
        """``(policy, domain on customers)``; together they hold every customer once."""
        others = self - default
        if not others:
            return [(default, Domain.TRUE)]
        free = Domain("ar_invoice_policy_id", "not in", self.ids)
        result = []
        for policy in others:
            fits = policy._fit_domain()
            result.append((policy, Domain("ar_invoice_policy_id", "=", policy.id) | (free & fits)))
            free &= ~fits
        return [*result, (default, Domain("ar_invoice_policy_id", "=", default.id) | free)]

    def _ready_domain(self, date):
        cut_off = last_date(self._calendar(), date).cut_off
        return Domain("ar_ready_date", "<=", cut_off) | Domain("ar_ready_date", "=", False)

    def _calendar(self):
        """The dates of collective invoices, as the engine wants them; None if there are none."""
        if self.frequency == "order":
            return None
        days = (self.first_day, self.month_day)
        return InvoiceCalendar(
            weekday=int(self.weekday) if self.frequency == "week" else None,
            days=days if self.frequency == "half_month" else days[1:],
            cut_off_days=self.cut_off_days,
            convention=self.business_days,
            country=self.company_id.account_fiscal_country_id.code or "",
        )

    def _consolidation_rule(self):
        """How orders are collected, as the engine wants it."""
        return ConsolidationRule(
            calendar=self._calendar(),
            minimum=Decimal(str(self.minimum_amount)),
            max_wait=self.max_wait,
        )
