from datetime import timedelta
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...engine.credit.rating import normalise

YEAR = 365


class ArCreditRating(models.Model):
    """What an outsider thought of a customer on a day.

    Ratings are never changed by a bureau's next report: that is a rating of its own, so that
    a decision can be explained years later. Only what a person entered can be corrected.
    """

    _name = "ar.credit.rating"
    _description = "Credit rating"
    _order = "rated_on desc, id desc"
    _rec_name = "rating"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    source = fields.Selection(
        [("manual", "Entered by hand"), ("bureau", "Credit bureau")],
        required=True,
        default="manual",
        readonly=True,
    )
    bureau_id = fields.Many2one("ar.credit.bureau", readonly=True, ondelete="set null")
    author = fields.Char(
        "Who rates", help="For ratings entered by hand: the bureau, insurer or bank it comes from."
    )
    rating = fields.Char(
        required=True, help="As its author writes it, for example BBB-, 2.4 or Low risk."
    )
    scale = fields.Char(help="In words, from which value to which it goes.")
    scale_worst = fields.Float(
        "Worst value",
        help="Of a rating that is a number: the value of a company that will not pay. The score "
        "is computed from it.",
    )
    scale_best = fields.Float(
        "Best value", help="Of a rating that is a number: the value of a company without any risk."
    )
    is_rated = fields.Boolean(
        "Has a score",
        default=True,
        help="Off where the author rates the company explicitly not at all.",
    )
    score = fields.Float(
        "Score (0–100)",
        digits=(5, 1),
        compute="_compute_score",
        store=True,
        readonly=False,
        help="The rating made comparable: 0 will not pay, 100 no risk seen.",
    )
    description = fields.Char("In words")
    proposed_limit = fields.Monetary(
        "Proposed limit", help="What the author would lend the customer at most."
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id, required=True
    )
    has_limit = fields.Boolean("Names a limit")
    rated_on = fields.Date("Date", required=True, default=fields.Date.context_today, index=True)
    valid_until = fields.Date(
        "Valid until",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=YEAR),
        help="Afterwards the rating no longer counts.",
    )
    is_company_active = fields.Boolean(
        "In business", default=True, help="Off where the bureau says that the company ceased."
    )
    raw = fields.Text(
        "Answer of the bureau", groups="base.group_system", copy=False, prefetch=False
    )

    _score_bounds = models.Constraint(
        "CHECK (score >= 0 AND score <= 100)", "A score lies between 0 and 100."
    )
    _days_in_order = models.Constraint(
        "CHECK (valid_until >= rated_on)", "A rating cannot end before its own date."
    )
    _limit_not_negative = models.Constraint(
        "CHECK (proposed_limit >= 0)", "A proposed limit cannot be negative."
    )
    _newest = models.Index("(company_id, partner_id, rated_on DESC, id DESC)")

    # === COMPUTE METHODS ===#

    @api.depends("rating", "scale_worst", "scale_best")
    def _compute_score(self):
        for rating in self:
            if rating.scale_worst == rating.scale_best:
                rating.score = rating.score
                continue
            try:
                value = Decimal((rating.rating or "").strip().replace(",", "."))
                worst, best = (Decimal(str(rating[name])) for name in ("scale_worst", "scale_best"))
                rating.score = float(normalise(value, worst=worst, best=best))
            except (InvalidOperation, ValueError):
                # Said in words when it is saved, see the constraint.
                rating.score = 0.0

    @api.depends("rating", "author", "bureau_id", "rated_on")
    def _compute_display_name(self):
        for rating in self:
            who = rating.bureau_id.name or rating.author
            rating.display_name = f"{rating.rating} ({who})" if who else rating.rating

    # === CONSTRAINT METHODS ===#

    @api.constrains("rating", "scale_worst", "scale_best")
    def _check_scale(self):
        for rating in self.filtered(lambda each: each.scale_worst != each.scale_best):
            least, most = sorted((rating.scale_worst, rating.scale_best))
            try:
                is_inside = least <= float(rating.rating.strip().replace(",", ".")) <= most
            except ValueError:
                is_inside = False
            if not is_inside:
                raise ValidationError(
                    self.env._(
                        "The rating %(rating)s is no number between %(least)s and %(most)s. "
                        "Correct it, or leave worst and best value empty and enter the score.",
                        rating=rating.rating,
                        least=least,
                        most=most,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """A rating is of the whole company, whichever contact it is entered for."""
        for vals in vals_list:
            partner = self.env["res.partner"].browse(vals.get("partner_id"))
            vals["partner_id"] = partner.commercial_partner_id.id
        ratings = super().create(vals_list)
        for rating in ratings:
            # sudo: the customer's chatter, which a credit manager may not write to otherwise
            rating.partner_id.sudo().message_post(body=rating._tell(), message_type="notification")
        return ratings

    def write(self, vals):
        """Only what a person entered can be corrected."""
        if not self.env.su and any(rating.source == "bureau" for rating in self):
            raise UserError(
                self.env._(
                    "A bureau's rating cannot be changed. Enter a newer one by hand, or refresh it."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_ratings(self, partners, date=None, company=None):
        """The newest rating of each customer that is valid on a day.

        Rights are not checked, because scores are computed for all; show them through records.

        :param res.partner partners: whose; a contact has its company's rating.
        :param datetime.date date: today if not given.
        :param res.company company: whose knowledge; the current one if not given.
        :return: ``{partner id: ar.credit.rating}``; customers without a rating are left out.
            ``score`` counts where ``is_rated``, ``proposed_limit`` where ``has_limit``.
        """
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        customers = {partner.id: partner.commercial_partner_id.id for partner in partners.sudo()}
        if not customers:
            return {}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id, id FROM ar_credit_rating
                    WHERE company_id = %s AND partner_id IN %s
                      AND rated_on <= %s AND valid_until >= %s
                 ORDER BY partner_id, rated_on DESC, id DESC""",
                (company or self.env.company).id,
                tuple(set(customers.values())),
                day,
                day,
            )
        )
        newest = dict(rows)
        ratings = self.sudo().browse(newest.values())
        by_id = {rating.id: rating for rating in ratings}
        return {
            partner_id: by_id[newest[customer_id]]
            for partner_id, customer_id in customers.items()
            if customer_id in newest
        }

    # === PRIVATE METHODS ===#

    @api.model
    def _create_from_report(self, watch, report):
        """Store what a bureau's report says."""
        today = fields.Date.context_today(self)
        currency = self.env["res.currency"].search([("name", "=", report.currency)], limit=1)
        bureau = watch.bureau_id
        # sudo: the bureau's own words are for administrators, whoever asked
        rating = self.sudo().create(
            {
                "partner_id": watch.partner_id.id,
                "company_id": bureau.company_id.id,
                "source": "bureau",
                "bureau_id": bureau.id,
                "rating": report.rating,
                "scale": report.scale,
                "is_rated": report.score is not None,
                "score": float(report.score or 0),
                "description": report.description,
                "has_limit": report.limit is not None and bool(currency),
                "proposed_limit": float(report.limit or 0) if currency else 0.0,
                "currency_id": (currency or bureau.company_id.currency_id).id,
                # The day we were told; when it last changed may be years ago.
                "rated_on": today,
                "valid_until": today + timedelta(days=bureau.valid_days),
                "is_company_active": report.is_active,
                "raw": report.raw,
            }
        )
        return rating.sudo(self.env.su)

    def _tell(self):
        """The rating in one sentence, for the customer's chatter."""
        self.ensure_one()
        values = {"rating": self.display_name, "score": self.score}
        if not self.is_rated:
            return self.env._("Credit rating: %(rating)s, not rated.", **values)
        return self.env._("Credit rating: %(rating)s, score %(score)s of 100.", **values)
