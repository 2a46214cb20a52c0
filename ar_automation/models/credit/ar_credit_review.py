from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, formatLang

from .ar_credit_class import CLASSES
from .exposure_query import to_decimal
from .review_batch import ReviewBatch

TRIGGERS = [
    ("manual", "Asked for"),
    ("first", "First review"),
    ("interval", "Interval of the class"),
    ("overdue_bucket", "Overdue for longer than before"),
    ("limit_use", "High use of the limit"),
    ("rating", "New outside rating"),
    ("broken_promise", "Broken promise"),
    ("application", "Credit application"),
]
STATES = [
    ("kept", "Nothing to change"),
    ("proposed", "To decide"),
    ("requested", "Limit asked for"),
    ("applied", "Applied by itself"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("superseded", "Superseded"),
]
# a proposal that differs by less (percent) is not worth a decision
SMALL_CHANGE = 10
# what people may write on a review by hand
OPEN_FIELDS = {"attachment_ids"}


class ArCreditReview(models.Model):
    """What was known of a customer on one day, what followed from it, and who decided."""

    _name = "ar.credit.review"
    _description = "Credit review"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True)
    reason = fields.Selection(
        TRIGGERS, "Reviewed because", required=True, readonly=True, default="manual"
    )
    is_current = fields.Boolean("Latest", readonly=True, help="The customer's latest review.")
    is_new_customer = fields.Boolean(
        readonly=True, help="Too few paid invoices for a score: the starting class was given."
    )
    payment_index = fields.Float(
        "Payment index",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="0 (worst) to 100: points reached of those that the known facts could give.",
    )
    risk_class = fields.Selection(
        CLASSES, "Risk class", readonly=True, help="A (best) to E, by the index."
    )
    facts = fields.Json(readonly=True)
    factors = fields.Json("Factors as data", readonly=True)
    calculation = fields.Json("Calculation as data", readonly=True)
    factor_lines = fields.Html(
        "Factors", compute="_compute_wording", help="What the index is made of, costliest first."
    )
    calculation_text = fields.Text(
        "Calculation", compute="_compute_wording", help="How the proposal came about."
    )
    exposure = fields.Monetary(readonly=True)
    overdue = fields.Monetary(readonly=True)
    overdue_bucket = fields.Integer(
        readonly=True, help="Bucket of the aging that the oldest overdue item is in; 0 for none."
    )
    limit_use = fields.Float("Use of limit (%)", readonly=True, aggregator="avg", digits=(8, 1))
    outside_rating = fields.Float("Outside rating", readonly=True, aggregator="avg", digits=(5, 1))
    probability_late = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Chance that an invoice like the last one, written on this day, is paid late.",
    )
    expected_late = fields.Float(
        "Expected days late",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
        help="Days after its due date when such an invoice is as likely paid as not.",
    )
    current_limit = fields.Monetary("Limit", readonly=True, help="On the day; 0 means no limit.")
    proposed_limit = fields.Monetary(
        "Proposed limit",
        readonly=True,
        help="0 means no credit. Since 0 in Odoo's own limit means no limit, the smallest amount "
        "of the currency is set when you approve it.",
    )
    current_terms = fields.Integer("Terms (days)", readonly=True, aggregator="avg")
    proposed_terms = fields.Integer("Proposed terms (days)", readonly=True, aggregator="avg")
    state = fields.Selection(STATES, "Decision", required=True, readonly=True, default="kept")
    decided_by_id = fields.Many2one("res.users", "Approver", readonly=True)
    decided_at = fields.Datetime("Decided at", readonly=True)
    decision_reason = fields.Char(readonly=True)
    next_review_date = fields.Date("Next review", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")

    _current_unique = models.UniqueIndex(
        "(company_id, partner_id) WHERE is_current", "A customer has one latest review."
    )
    _history_idx = models.Index("(partner_id, company_id, date)")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            day = format_date(self.env, review.date)
            review.display_name = f"{review.partner_id.display_name}, {day}"

    @api.depends("factors", "calculation")
    @api.depends_context("lang")
    def _compute_wording(self):
        names = dict(
            self.env["ar.credit.score.weight"]._fields["code"]._description_selection(self.env)
        )
        qweb = self.env["ir.qweb"]
        for review in self:
            rows = [
                {**factor, "name": names.get(factor["code"], factor["code"])}
                for factor in review.factors or []
            ]
            review.factor_lines = qweb._render(
                "ar_automation.credit_review_factors", {"rows": rows, "review": review}
            )
            review.calculation_text = review._word_calculation()

    def _word_calculation(self):
        steps = self.calculation or {}

        def money(value):
            return formatLang(self.env, float(value), currency_obj=self.currency_id)

        if not steps or self.is_new_customer:
            return self.env._(
                "A customer without history gets the starting limit of the scorecard, at most "
                "the cap of its class."
            ) + self._word_outside_cap(money)

        text = self.env._(
            "Buys for %(per_day)s a day × %(days)d days until paid (terms, usual delay and a "
            "margin) = needs of %(need)s; × %(trust)s for class %(code)s",
            per_day=money(steps["per_day"]),
            days=steps["days"],
            need=money(steps["need"]),
            trust=steps["trust"],
            code=self.risk_class,
        )
        if steps["cap"] is not None:
            text += self.env._("; at most %(cap)s", cap=money(steps["cap"]))
        if steps.get("outside_cap") is not None:
            text += self.env._(
                "; rounded down, and no more than its outside rating would lend (%s)",
                money(steps["outside_cap"]),
            )
        else:
            text += self.env._("; rounded down")
        return text + self.env._(
            ": %(limit)s. Terms: %(terms)d days.", limit=money(steps["limit"]), terms=steps["terms"]
        )

    def _word_outside_cap(self, money):
        cap = (self.calculation or {}).get("outside_cap")
        if cap is None:
            return ""
        return self.env._(" Its outside rating would lend %s at most.", money(cap))

    # === CRUD METHODS ===#

    def write(self, vals):
        """Write; of a review, people change nothing but its attachments."""
        if not self.env.su and not vals.keys() <= OPEN_FIELDS:
            raise AccessError(
                self.env._(
                    "A credit review is a record of one day and cannot be rewritten. Approve or "
                    "reject it, or review the customer again."
                )
            )
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_review_again(self):
        """Review these customers now."""
        for company, own in self.grouped("company_id").items():
            self.with_company(company).ar_review(own.partner_id)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_review(self, partners, date=None, reasons=None):
        """Review customers: score them, propose a limit and terms, apply what may be applied.

        A review takes the place of the customer's latest one; what was proposed there and not
        decided is superseded. Statements do not grow with the number of customers.

        :param res.partner partners: customers; of contacts their commercial partner.
        :param datetime.date date: business day, today if not given. For a day in the past the
            posted items are as they were at its end.
        :param dict reasons: ``{partner id: code}`` why, ``manual`` if not given.
        :return: the new ``ar.credit.review`` records in the current company.
        :raises AccessError: unless the user is a credit manager.
        """
        self._check_may_review()
        customers = partners.sudo().commercial_partner_id
        if not customers:
            return self.browse()
        company = self.env.company
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        vals_list = ReviewBatch(customers, company, day).prepare()
        self._retire(customers, company, day)
        newest = self._newest_dates(customers, company)
        band = self.env["ar.credit.scorecard"].ar_get_policy(company).sudo()._prepare_band()
        for vals in vals_list:
            vals["reason"] = (reasons or {}).get(vals["partner_id"], "manual")
            vals["is_current"] = newest.get(vals["partner_id"], day) <= day
            vals["state"] = self._initial_state(vals, company, band)
        reviews = self.sudo().create(vals_list)
        reviews.filtered(lambda review: review.state == "applied")._apply_limits()
        self.env["res.partner"]._ar_forget_score()
        return reviews.with_env(self.env)

    # === HOOKS ===#

    @api.model
    def _prepare_disputed_ids(self, company, day, customer_ids):
        """Ids of the receivable items that customers contest.

        The area that settles disputes extends this with those that were settled.
        """
        items = self.env["account.move.line"].sudo()
        return frozenset(
            items._search(
                [
                    ("partner_id.commercial_partner_id", "in", tuple(customer_ids)),
                    ("company_id", "child_of", company.root_id.id),
                    ("ar_disputed_amount", ">", 0),
                ]
            )
        )

    @api.model
    def _prepare_broken_promises(self, partners, company, day):
        """``{customer id: promises broken in the last 12 months}``.

        The area that records promises extends this; a customer left out is *not known*.
        """
        return {}

    @api.model
    def _prepare_outside_ratings(self, partners, company, day):
        """``{customer id: rating from 0 (worst) to 100}`` that was valid on the day.

        What asks rating providers extends this; a customer left out is *not known*.
        """
        return {}

    # === PRIVATE METHODS ===#

    def _check_may_review(self):
        if not (
            self.env.su
            or self.env.user.has_group("ar_automation.ar_automation_group_credit_manager")
        ):
            raise AccessError(self.env._("Only credit managers review customers. Ask one."))

    @api.model
    def _retire(self, customers, company, day):
        """Take the place of earlier reviews."""
        scope = [
            ("company_id", "=", company.id),
            ("partner_id", "in", customers.ids),
            ("date", "<=", day),
        ]
        reviews = self.sudo()
        undecided = reviews.search([*scope, ("state", "in", ("proposed", "requested"))])
        undecided._withdraw_requests()
        undecided.write({"state": "superseded"})
        reviews.search([*scope, ("is_current", "=", True)]).write({"is_current": False})
        reviews.flush_model()

    @api.model
    def _newest_dates(self, customers, company):
        """Days of the reviews that stay the latest, where one of a past day is added."""
        rows = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", customers.ids),
                ("is_current", "=", True),
            ],
            ["partner_id"],
            ["date:max"],
        )
        return {partner.id: day for partner, day in rows}

    @api.model
    def _initial_state(self, vals, company, band):
        """What becomes of a proposal: kept, applied by itself, or left to people."""
        current, proposed = vals["current_limit"], vals["proposed_limit"]
        if not vals["is_current"] or not company.account_use_credit_limit:
            return "kept"
        if vals["is_new_customer"] and not proposed:
            return "kept"
        if current > 0 and abs(proposed - current) * 100 < current * SMALL_CHANGE:
            return "kept"
        if not current and not proposed and not vals["exposure"]:
            return "kept"
        is_automatic = band.holds(
            *(to_decimal(company.currency_id, amount) for amount in (current, proposed))
        )
        return "applied" if is_automatic else "proposed"
