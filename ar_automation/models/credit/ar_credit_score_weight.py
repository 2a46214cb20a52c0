from odoo import fields, models

from ...engine.credit.scorecard import ScoreRule

FACTS = [
    ("days_late", "Days paid beyond terms"),
    ("days_late_trend", "Change of days beyond terms"),
    ("share_late", "Share paid late (%)"),
    ("worst_overdue", "Oldest overdue item (days)"),
    ("limit_use", "Use of the limit (%)"),
    ("disputes", "Disputed invoices (%)"),
    ("broken_promises", "Broken promises"),
    ("bounced_payments", "Payments that came back"),
    ("write_offs", "Written off (%)"),
    ("tenure", "Months as a customer"),
    ("turnover_trend", "Change of turnover (%)"),
    ("outside_rating", "Outside rating (0 to 100)"),
]
# code: weight, best, worst
STARTING_WEIGHTS = {
    "days_late": (30, 0, 30),
    "days_late_trend": (8, -2, 15),
    "share_late": (12, 5, 80),
    "worst_overdue": (15, 0, 90),
    "limit_use": (5, 50, 110),
    "disputes": (4, 0, 30),
    "broken_promises": (6, 0, 3),
    "bounced_payments": (6, 0, 2),
    "write_offs": (8, 0, 3),
    "tenure": (4, 24, 0),
    "turnover_trend": (2, 0, -60),
    "outside_rating": (20, 90, 20),
}


class ArCreditScoreWeight(models.Model):
    """What one fact about a customer is worth in a company's scorecard."""

    _name = "ar.credit.score.weight"
    _description = "Weight in a credit scorecard"
    _order = "scorecard_id, weight desc, id"

    scorecard_id = fields.Many2one("ar.credit.scorecard", required=True, ondelete="cascade")
    code = fields.Selection(FACTS, "Fact", required=True)
    weight = fields.Float(
        "Points",
        required=True,
        help="Points for the best value. 0 leaves the fact out. What counts is the share of all "
        "points whose facts are known.",
    )
    best = fields.Float(required=True, help="From this value on all points are given.")
    worst = fields.Float(
        required=True, help="From this value on no points are given; in between, in proportion."
    )

    _code_unique = models.Constraint(
        "unique (scorecard_id, code)", "A scorecard weighs each fact once."
    )
    _weight_not_negative = models.Constraint(
        "CHECK (weight >= 0)", "Points cannot be negative: swap best and worst instead."
    )

    def _prepare_rule(self):
        """The rule as the engine wants it."""
        self.ensure_one()
        return ScoreRule(self.code, self.weight, self.best, self.worst)
