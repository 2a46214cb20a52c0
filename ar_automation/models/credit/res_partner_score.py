from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .ar_credit_class import CLASSES
from .res_partner import EXPOSURE_GROUPS

CHART_POINTS = 24
CHART_WIDTH = 400
CHART_HEIGHT = 80


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_credit_review_id = fields.Many2one(
        "ar.credit.review",
        "Latest credit review",
        compute="_compute_ar_score",
        groups=EXPOSURE_GROUPS,
        help="In the current company; of a contact, that of its company.",
    )
    ar_payment_index = fields.Float(
        "Payment index",
        compute="_compute_ar_score",
        digits=(5, 1),
        groups=EXPOSURE_GROUPS,
        help="0 (worst) to 100, from the latest review.",
    )
    ar_risk_class = fields.Selection(
        CLASSES,
        "Risk class",
        compute="_compute_ar_score",
        groups=EXPOSURE_GROUPS,
        help="A (best) to E, from the latest review.",
    )
    ar_score_factors = fields.Html("Factors", compute="_compute_ar_score", groups=EXPOSURE_GROUPS)
    ar_next_review_date = fields.Date(
        "Next review", compute="_compute_ar_score", groups=EXPOSURE_GROUPS
    )
    # sanitizing would strip the drawing; nothing in it was entered by anybody
    ar_score_chart = fields.Html(
        "History of the index",
        compute="_compute_ar_score_chart",
        sanitize=False,
        groups=EXPOSURE_GROUPS,
        help="Payment index at the last reviews.",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("company", "lang")
    def _compute_ar_score(self):
        reviews = self.env["ar.credit.review"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("is_current", "=", True),
            ]
        )
        current = reviews.grouped("partner_id")
        for partner in self:
            review = current.get(partner.commercial_partner_id, reviews.browse())
            partner.ar_credit_review_id = review
            partner.ar_payment_index = review.payment_index
            partner.ar_risk_class = review.risk_class
            partner.ar_score_factors = review.factor_lines
            partner.ar_next_review_date = review.next_review_date

    @api.depends_context("company", "lang")
    def _compute_ar_score_chart(self):
        reviews = self.env["ar.credit.review"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ],
            order="date, id",
        )
        history = reviews.grouped("partner_id")
        for partner in self:
            own = history.get(partner.commercial_partner_id, reviews.browse())[-CHART_POINTS:]
            partner.ar_score_chart = self._prepare_score_chart(own) if len(own) > 1 else False

    @api.model
    def _prepare_score_chart(self, reviews):
        """A line through the index of each review, by its date; 100 is on top."""
        first, last = reviews[0].date, reviews[-1].date
        days = max((last - first).days, 1)
        labels = [
            f"{format_date(self.env, one.date)}: {one.risk_class}, {one.payment_index:.0f}"
            for one in reviews
        ]
        points = [
            {
                "x": round(CHART_WIDTH * (review.date - first).days / days, 1),
                "y": round(CHART_HEIGHT * (1 - review.payment_index / 100), 1),
                "label": label,
            }
            for review, label in zip(reviews, labels, strict=True)
        ]
        return self.env["ir.qweb"]._render(
            "ar_automation.credit_score_chart",
            {
                "points": points,
                "line": " ".join(f"{point['x']},{point['y']}" for point in points),
                "width": CHART_WIDTH,
                "height": CHART_HEIGHT,
                "first": format_date(self.env, first),
                "last": format_date(self.env, last),
            },
        )

    # === ACTION METHODS ===#

    def action_ar_review_credit(self):
        """Review this customer now and show the review."""
        self.ensure_one()
        review = self.env["ar.credit.review"].ar_review(self)
        return review._get_records_action()

    def action_ar_view_credit_reviews(self):
        """Open the customer's reviews."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_credit_review_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"create": False}
        return action

    # === HOOKS ===#

    def _ar_get_scores(self, company):
        """EXTENDS credit: the index of the latest review; new customers have none."""
        reviews = (
            self.env["ar.credit.review"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", self.ids),
                    ("is_current", "=", True),
                    ("is_new_customer", "=", False),
                ]
            )
        )
        scores = {review.partner_id.id: int(review.payment_index) for review in reviews}
        return {**super()._ar_get_scores(company), **scores}

    # === PRIVATE METHODS ===#

    def _ar_retire_reviews(self):
        """Keep the reviews of customers that are merged as history only.

        Two latest reviews of one customer cannot be, and Odoo would delete the older ones. The
        survivor keeps its own, and is reviewed with all it owes when it is due; what was
        proposed for the others is no longer to be decided.
        """
        reviews = self.env["ar.credit.review"].sudo().search([("partner_id", "in", self.ids)])
        undecided = reviews.filtered(lambda review: review.state in ("proposed", "requested"))
        undecided._withdraw_requests()
        undecided.write({"state": "superseded"})
        reviews.write({"is_current": False})

    def _ar_forget_score(self):
        """Let the score be read anew after a review."""
        self.invalidate_model(
            [
                "ar_credit_review_id",
                "ar_payment_index",
                "ar_risk_class",
                "ar_score_factors",
                "ar_next_review_date",
                "ar_score_chart",
            ]
        )

    @api.model
    def _ar_search_credit_customers(self, company):
        """Ids of the active commercial partners with something posted on a receivable account."""
        self.flush_model(["commercial_partner_id", "active"])
        self.env["account.account"].flush_model(["account_type"])
        self.env["account.move.line"].flush_model(
            ["partner_id", "company_id", "account_id", "parent_state"]
        )
        return [
            customer_id
            for (customer_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT c.id
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                      JOIN res_partner p ON p.id = l.partner_id
                      JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active
                     WHERE l.parent_state = 'posted' AND a.account_type = 'asset_receivable'
                       AND l.company_id IN
                           (SELECT id FROM res_company WHERE parent_path LIKE %s)
                  ORDER BY c.id
                    """,
                    f"{company.sudo().root_id.id}/%",
                )
            )
        ]
