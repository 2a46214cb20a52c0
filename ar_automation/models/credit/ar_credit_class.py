from decimal import Decimal

from odoo import api, fields, models

from ...engine.credit.scorecard import RiskClass

CLASSES = [(letter, letter) for letter in "ABCDE"]
# lowest index, part of the needs, longest terms in days, months until the next review
STARTING_CLASSES = {
    "A": (80, 1.5, 0, 12),
    "B": (65, 1.2, 0, 6),
    "C": (50, 1.0, 60, 6),
    "D": (30, 0.5, 30, 3),
    "E": (0, 0.0, 14, 1),
}


class ArCreditClass(models.Model):
    """How far customers of one risk class are trusted in a company."""

    _name = "ar.credit.class"
    _description = "Credit risk class"
    _order = "scorecard_id, min_index desc"
    _rec_name = "code"

    scorecard_id = fields.Many2one("ar.credit.scorecard", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="scorecard_id.currency_id")
    code = fields.Selection(CLASSES, "Class", required=True)
    min_index = fields.Float(
        "From index", required=True, help="Lowest payment index (0 to 100) of the class."
    )
    trust = fields.Float(
        "Part of needs",
        default=1.0,
        help="What part of its needs a customer of this class gets as its limit: 1.2 is a fifth "
        "more than needed, 0 is no credit.",
    )
    cap = fields.Monetary(help="Highest limit proposed for the class; 0 for no cap.")
    max_terms = fields.Integer(
        "Longest terms (days)", help="Longest payment terms proposed for the class; 0 for any."
    )
    review_months = fields.Integer(
        "Review every (months)", required=True, default=6, help="Months until the next review."
    )

    _code_unique = models.Constraint("unique (scorecard_id, code)", "A class exists once.")
    _in_range = models.Constraint(
        "CHECK (min_index >= 0 AND min_index <= 100 AND trust >= 0 AND cap >= 0 "
        "AND max_terms >= 0 AND review_months > 0)",
        "Of a class, the index is between 0 and 100, the months are at least 1, and nothing is "
        "negative.",
    )

    @api.depends("code", "min_index")
    def _compute_display_name(self):
        for item in self:
            item.display_name = self.env._(
                "%(code)s (from %(index)d)", code=item.code, index=item.min_index
            )

    @api.constrains("code", "min_index")
    def _check_order(self):
        self.scorecard_id._check_classes()

    def _prepare_class(self):
        """The class as the engine wants it."""
        self.ensure_one()
        return RiskClass(
            self.code,
            self.min_index,
            trust=Decimal(str(self.trust)),
            cap=Decimal(str(self.cap)) if self.cap else None,
            max_terms=self.max_terms or None,
            review_months=self.review_months,
        )
