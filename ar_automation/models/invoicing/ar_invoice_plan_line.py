import datetime
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.invoicing.charges import LineFacts
from ...engine.invoicing.markers import MARKERS, unknown_markers
from ...engine.invoicing.spans import Span
from ...engine.invoicing.tiers import Tier, check_tiers

ONE_DAY = timedelta(days=1)
KINDS = [("fixed", "Per period"), ("metered", "By use"), ("once", "Once")]


class ArInvoicePlanLine(models.Model):
    """What a plan charges: a product, per period, by use or once."""

    _name = "ar.invoice.plan.line"
    _description = "Line of a recurring plan"
    _inherit = ["analytic.mixin"]
    _order = "plan_id, sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one("ar.invoice.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[("sale_ok", "=", True)],
    )
    name = fields.Text(
        "Description",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Text on the invoice. Markers are filled in: {period_start}, {period_end}, "
        "{period_month}, {period_year}, {product}, {plan}, {customer_reference}, {quantity}.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="fixed",
        help="Per period: the same quantity in every period. By use: what was reported as usage. "
        "Once: on the next invoice only, such as a set-up fee.",
    )
    quantity = fields.Float(
        default=1.0, digits="Product Unit", help="Units per period; not used with usage."
    )
    price_unit = fields.Float(
        "Unit price",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        readonly=False,
        min_display_digits="Product Price",
        help="Agreed price of a unit and a whole period, in the plan's currency.",
    )
    is_free = fields.Boolean(
        "Free of charge",
        help="The price is meant to be zero. Otherwise a line without a price is "
        "taken for a mistake and stops its plan.",
    )
    discount = fields.Float("Discount (%)", digits="Discount")
    discount_until = fields.Date(help="Last day of the discount; empty if it always holds.")
    tax_ids = fields.Many2many(
        "account.tax",
        domain=[("type_tax_use", "=", "sale")],
        check_company=True,
        help="Empty: the product's taxes, as on any invoice.",
    )
    analytic_distribution = fields.Json(
        help="Accounts and shares that the invoice lines are analysed by. Empty: as the analytic "
        "distribution models say, as on any invoice."
    )
    date_from = fields.Date("From", help="First day of the line; empty: the plan's.")
    date_to = fields.Date("Until", help="Last day of the line; empty: the plan's.")
    is_revised = fields.Boolean(
        "Follows revisions", default=True, help="The plan's price revision applies to this line."
    )
    price_date = fields.Date(
        "Price as of",
        help="Day for which the price was agreed; revisions are counted from it. "
        "Empty: the first day of the line.",
    )
    meter = fields.Char(help="Code under which usage of this line is reported.")
    is_usage_required = fields.Boolean(
        "Usage expected",
        help="A period without reported usage stops the plan with an exception, because the "
        "report was probably forgotten.",
    )
    tier_mode = fields.Selection(
        [("graduated", "Each unit by its tier"), ("volume", "All units by the total's tier")],
        "Counted",
        default="graduated",
        required=True,
        help="With tiers of 10 and more, 12 units are 10 at the first price and 2 at the second, "
        "or all 12 at the second.",
    )
    tier_ids = fields.One2many("ar.invoice.plan.tier", "line_id", "Tiers", copy=True)
    billed_period_id = fields.Many2one(
        "ar.invoice.period", "Billed in", readonly=True, copy=False, index="btree_not_null"
    )
    sale_line_id = fields.Many2one("sale.order.line", readonly=True, copy=False, index=True)

    _meter_unique = models.UniqueIndex(
        "(plan_id, meter) WHERE meter IS NOT NULL", "A plan has one line per meter."
    )
    _discount_range = models.Constraint(
        "CHECK (discount >= 0 AND discount < 100)",
        "A discount is at least 0 and below 100 %; use Free of charge for what costs nothing.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            if line.product_id:
                line.name = line.product_id.get_product_multiline_description_sale()

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            product, plan = line.product_id, line.plan_id
            price = product.lst_price if product else 0.0
            source = product.currency_id
            if product and plan.currency_id and source != plan.currency_id:
                today = fields.Date.context_today(self)
                price = source._convert(price, plan.currency_id, plan.company_id, today)
            line.price_unit = price

    # === CONSTRAINT METHODS ===#

    @api.constrains("name")
    def _check_name(self):
        for line in self:
            unknown = unknown_markers(line.name or "")
            if unknown:
                raise ValidationError(
                    self.env._(
                        "There is no marker {%(marker)s}. Use one of: %(known)s.",
                        marker=unknown[0],
                        known=", ".join(f"{{{name}}}" for name in MARKERS),
                    )
                )

    @api.constrains("tier_ids", "kind", "meter")
    def _check_tiers(self):
        for line in self:
            if line.kind == "metered" and not line.meter:
                raise ValidationError(
                    self.env._("A line by use needs a meter, under which usage is reported.")
                )
            code = check_tiers(line._ar_tiers()) if line.tier_ids else ""
            if code:
                raise ValidationError(
                    self.env._(
                        "The tiers of %s need rising limits and one last tier without a limit.",
                        line.product_id.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for line in self:
            if line.date_from and line.date_to and line.date_to < line.date_from - ONE_DAY:
                raise ValidationError(
                    self.env._("The line %s ends before it begins.", line.product_id.display_name)
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """A line that is added changes what its plan brings in."""
        lines = super().create(vals_list)
        lines.plan_id._ar_lines_changed()
        return lines

    def write(self, vals):
        """A line that is changed changes what its plan brings in."""
        result = super().write(vals)
        if set(vals) - {"billed_period_id", "sequence"}:
            self.plan_id._ar_lines_changed()
        return result

    # === PRIVATE METHODS ===#

    def _ar_tiers(self):
        return tuple(
            Tier(
                None if tier.is_last else Decimal(str(tier.upper_quantity)),
                Decimal(str(tier.price_unit)),
                Decimal(str(tier.flat_amount)),
            )
            for tier in self.tier_ids.sorted(lambda tier: (tier.is_last, tier.upper_quantity))
        )

    def _ar_valid(self):
        """Days on which the line is part of its plan."""
        start = self.date_from or self.plan_id.start_date
        return Span(start, self.date_to + ONE_DAY if self.date_to else datetime.date.max)

    def _ar_facts(self, pauses=(), quantity=None):
        """The line as the engine knows it.

        :param quantity: what was used, for a metered line.
        """
        self.ensure_one()
        plan, valid = self.plan_id, self._ar_valid()
        revised = self.is_revised and self.kind != "once"
        return LineFacts(
            key=self.id,
            kind=self.kind,
            quantity=Decimal(str(self.quantity)) if quantity is None else quantity,
            price=Decimal(str(self.price_unit)),
            valid=valid,
            pauses=pauses,
            discount=Decimal(str(self.discount)),
            discount_end=self.discount_until + ONE_DAY if self.discount_until else None,
            prorated=plan.is_prorated,
            tiers=self._ar_tiers() if self.tier_ids else (),
            tier_mode=self.tier_mode,
            revision=plan._ar_revision(self.price_date or valid.start) if revised else None,
        )
