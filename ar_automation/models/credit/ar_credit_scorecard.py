from collections import Counter
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.credit.limit_proposal import AutomaticBand
from ...engine.credit.scorecard import classify, score
from .ar_credit_class import STARTING_CLASSES
from .ar_credit_score_weight import STARTING_WEIGHTS


class ArCreditScorecard(models.Model):
    """How a company scores its customers, and what may follow without asking.

    Every company has one, with usual weights and classes from the start.
    """

    _name = "ar.credit.scorecard"
    _description = "Credit scorecard"
    _inherit = ["ar.company.policy", "mail.thread"]

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Credit scorecard")
    )
    weight_ids = fields.One2many(
        "ar.credit.score.weight",
        "scorecard_id",
        "Weights",
        default=lambda self: self._default_weights(),
    )
    class_ids = fields.One2many(
        "ar.credit.class",
        "scorecard_id",
        "Classes",
        default=lambda self: self._default_classes(),
    )
    min_paid = fields.Integer(
        "Invoices until scored",
        default=3,
        tracking=True,
        help="A customer with fewer paid invoices, and none overdue, counts as new: it gets the "
        "starting class and limit instead of a score.",
    )
    start_class = fields.Selection(
        [(letter, letter) for letter in "ABCDE"],
        "Starting class",
        default="C",
        required=True,
        tracking=True,
        help="Class of a customer without history.",
    )
    start_limit = fields.Monetary(
        "Starting limit",
        tracking=True,
        help="Limit proposed for a customer without history, at most its class's cap. 0 proposes "
        "none.",
    )
    auto_percent = fields.Float(
        "Change alone up to (%)",
        tracking=True,
        help="The nightly review changes a limit without asking when the change is at most so "
        "many percent of it. 0 leaves every change to people. Never done without asking: the "
        "first limit of a customer, and no credit at all.",
    )
    auto_up_to = fields.Monetary(
        "Limits alone up to",
        tracking=True,
        help="Highest limit that the nightly review sets without asking.",
    )
    limit_use_trigger = fields.Float(
        "Review above limit use (%)",
        default=90.0,
        tracking=True,
        help="A customer that has used more of its limit is reviewed the next night.",
    )
    warn_days = fields.Integer(
        "Cover ends within (days)",
        default=30,
        tracking=True,
        help="How long before an insurance or guarantee ends a warning is raised.",
    )
    cap_by_rating = fields.Boolean(
        "Outside limits cap ours",
        default=True,
        tracking=True,
        help="A proposed limit is never above what the customer's newest valid outside rating "
        "would lend. Off: such a limit is shown only.",
    )
    preview = fields.Text(
        "Effect on customers",
        compute="_compute_preview",
        help="How many customers would change class with the weights and classes as they stand "
        "on this screen, by the facts of their last review.",
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one credit scorecard.")
    _in_range = models.Constraint(
        "CHECK (min_paid >= 0 AND start_limit >= 0 AND auto_percent >= 0 AND auto_up_to >= 0 "
        "AND limit_use_trigger >= 0 AND warn_days >= 0)",
        "Numbers, limits and percentages of a scorecard cannot be negative.",
    )

    # === DEFAULTS ===#

    @api.model
    def _default_weights(self):
        return [
            Command.create({"code": code, "weight": weight, "best": best, "worst": worst})
            for code, (weight, best, worst) in STARTING_WEIGHTS.items()
        ]

    @api.model
    def _default_classes(self):
        return [
            Command.create(
                {
                    "code": code,
                    "min_index": index,
                    "trust": trust,
                    "max_terms": terms,
                    "review_months": months,
                }
            )
            for code, (index, trust, terms, months) in STARTING_CLASSES.items()
        ]

    # === COMPUTE METHODS ===#

    @api.depends(
        "weight_ids.weight", "weight_ids.best", "weight_ids.worst",
        "class_ids.min_index", "class_ids.code",
    )  # fmt: skip
    def _compute_preview(self):
        for card in self:
            card.preview = card._preview_changes() if card.class_ids else False

    # === CONSTRAINTS ===#

    @api.constrains("class_ids", "start_class")
    def _check_classes(self):
        for card in self:
            ordered = card.class_ids.sorted("code")
            indexes = ordered.mapped("min_index")
            if card.start_class not in ordered.mapped("code"):
                raise ValidationError(
                    self.env._(
                        "%(card)s needs the class %(code)s, in which customers start.",
                        card=card.name,
                        code=card.start_class,
                    )
                )
            if any(better <= worse for better, worse in zip(indexes, indexes[1:], strict=False)):
                raise ValidationError(
                    self.env._(
                        "The classes of %(card)s must fall from A to E: each begins at a lower "
                        "index than the one before.",
                        card=card.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(
            self.env._("Every company needs its scorecard; set a weight to 0 to leave it out.")
        )

    # === ENGINE FACTS ===#

    def _prepare_rules(self):
        return [weight._prepare_rule() for weight in self.weight_ids]

    def _prepare_classes(self):
        return [item._prepare_class() for item in self.class_ids]

    def _prepare_band(self):
        self.ensure_one()
        return AutomaticBand(
            percent=Decimal(str(self.auto_percent)), up_to=Decimal(str(self.auto_up_to))
        )

    # === PRIVATE METHODS ===#

    def _preview_changes(self):
        """Say how many customers would change class."""
        reviews = self.env["ar.credit.review"].search(
            [
                ("company_id", "=", self.company_id._origin.id or self.company_id.id),
                ("is_current", "=", True),
                ("is_new_customer", "=", False),
            ]
        )
        rules, classes = self._prepare_rules(), self._prepare_classes()
        moves = Counter()
        for review in reviews:
            new = classify(score(review.facts or {}, rules).index, classes).code
            if new != review.risk_class:
                moves[review.risk_class, new] += 1
        if not moves:
            return self.env._(
                "None of %(count)d scored customers changes class.", count=len(reviews)
            )
        better = sum(count for (old, new), count in moves.items() if new < old)
        lines = [
            self.env._(
                "%(changed)d of %(count)d scored customers change class: %(better)d get better, "
                "%(worse)d worse.",
                changed=sum(moves.values()),
                count=len(reviews),
                better=better,
                worse=sum(moves.values()) - better,
            )
        ]
        lines += [f"{old} → {new}: {count}" for (old, new), count in sorted(moves.items())]
        return "\n".join(lines)
