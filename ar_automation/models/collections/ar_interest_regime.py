from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.dunning.interest import Terms
from ...engine.dunning.late_fees import Limits, Tier
from ...engine.dunning.rates import Rate, is_half_year_missing


class ArInterestRegime(models.Model):
    """By which law or contract late interest is counted, with its rates by date.

    Regimes without a company are shared by all; those of a company are its contracts.
    """

    _name = "ar.interest.regime"
    _description = "Interest regime"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of several regimes for a country the first is taken."
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: shared by all companies. A rate agreed in contracts belongs to one.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Companies of these countries use this regime, unless their policy names another.",
    )
    margin = fields.Float(
        "Points on top (%)",
        digits=(6, 3),
        tracking=True,
        help="Percentage points a year that are added to the reference rate.",
    )
    day_count = fields.Selection(
        [
            ("365", "Days passed / 365"),
            ("360", "Days passed / 360"),
            ("actual", "Days passed / 365, in leap years 366"),
            ("30/360", "Months of 30 days / 360"),
        ],
        required=True,
        default="365",
        tracking=True,
        help="How many days the yearly rate is spread over, and how days are counted.",
    )
    rate_selection = fields.Selection(
        [
            ("period", "Each day its own rate"),
            ("start", "The rate of the first late day"),
            ("settlement", "The rate of the last late day"),
        ],
        "Which rate counts",
        required=True,
        default="period",
        tracking=True,
        help="For debts that are late across a change of the reference rate.",
    )
    cap_percent = fields.Float(
        "At most (% of the debt)",
        digits=(6, 3),
        tracking=True,
        help="Interest of one debt comes to so many percent of it at most. 0: no cap.",
    )
    reference_id = fields.Many2one(
        "ar.interest.regime",
        "Reference rates of",
        ondelete="restrict",
        domain="[('reference_id', '=', False)]",
        help="Take the reference rates of this regime. Empty: it has its own below.",
    )
    rate_ids = fields.One2many("ar.interest.rate", "regime_id", "Reference rates", copy=True)
    fixed_sum_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the fixed sum",
        default=lambda self: self.env.company.currency_id,
        required=True,
        help="Debts in another currency are compensated at the exchange rate of the day.",
    )
    fixed_sum_ids = fields.One2many("ar.interest.fixed.sum", "regime_id", "Fixed sums", copy=True)
    source = fields.Text(help="The law or contract, and where the rates are published.")
    current_percent = fields.Float(
        "Rate today (%)",
        digits=(6, 3),
        compute="_compute_current",
        help="Reference rate and points on top, today.",
    )
    is_outdated = fields.Boolean(
        "Rate to check",
        compute="_compute_current",
        help="The reference rate of the current half-year was not entered yet; the one before "
        "is carried on until it is.",
    )

    _margin_range = models.Constraint(
        "CHECK (margin > -100 AND margin < 1000 AND cap_percent >= 0)",
        "Points and cap are percentages, such as 8.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("margin", "rate_ids.percent", "rate_ids.valid_from", "reference_id.rate_ids")
    def _compute_current(self):
        today = fields.Date.context_today(self)
        for regime in self:
            rates = regime._get_terms().rates
            known = [rate for rate in rates if rate.valid_from <= today]
            regime.current_percent = (
                max(float(known[-1].percent) + regime.margin, 0.0) if known else 0.0
            )
            changes = len(rates) > 1  # a rate agreed once is not published every half-year
            regime.is_outdated = changes and is_half_year_missing(tuple(known), today)

    # === CONSTRAINT METHODS ===#

    @api.constrains("reference_id")
    def _check_reference_id(self):
        for regime in self:
            if regime.reference_id.reference_id or regime.reference_id == regime:
                raise ValidationError(
                    self.env._(
                        "%s takes its rates of a regime that has none of its own. "
                        "Choose the one that has them.",
                        regime.name,
                    )
                )

    @api.constrains("rate_ids", "reference_id")
    def _check_rate_ids(self):
        for regime in self:
            if regime.rate_ids and regime.reference_id:
                raise ValidationError(
                    self.env._(
                        "%(regime)s takes the rates of %(reference)s and cannot have its own.",
                        regime=regime.name,
                        reference=regime.reference_id.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        claim = self.env["ar.late.fee"].sudo().search([("regime_id", "in", self.ids)], limit=1)
        if claim:
            raise UserError(
                self.env._(
                    "%s was used to claim late interest. Archive it instead.",
                    claim.regime_id.name,
                )
            )

    # === BUSINESS METHODS ===#

    @api.model
    def _find_for_company(self, company):
        """The statutory regime of the company's country; empty where there is none."""
        return self.search(
            [
                ("country_ids", "in", company.account_fiscal_country_id.ids),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )

    def _get_terms(self):
        """How interest is counted, as the engine reads it."""
        self.ensure_one()
        rates = (self.reference_id or self).rate_ids.filtered("valid_from").sorted("valid_from")
        return Terms(
            rates=tuple(Rate(rate.valid_from, _to_decimal(rate.percent)) for rate in rates),
            margin=_to_decimal(self.margin),
            day_count=self.day_count,
            rate_selection=self.rate_selection,
        )

    def _get_limits(self):
        """Bounds of the interest, as the engine reads them."""
        return Limits(cap_percent=_to_decimal(self.cap_percent))

    def _get_tiers(self):
        """Fixed sums by size of the debt, as the engine reads them."""
        return tuple(
            Tier(_to_decimal(tier.from_amount), _to_decimal(tier.amount))
            for tier in self.fixed_sum_ids
        )


def _to_decimal(value):
    return Decimal(str(round(value or 0.0, 6)))
