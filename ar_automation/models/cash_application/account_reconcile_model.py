from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.rules.expressions import ExpressionError, compile_expression


class AccountReconcileModel(models.Model):
    _inherit = "account.reconcile.model"

    ar_direction = fields.Selection(
        [("any", "Money in or out"), ("in", "Money in"), ("out", "Money out")],
        "Direction",
        required=True,
        default="any",
        tracking=True,
        help="Whether the rule looks at money that came in, went out, or both.",
    )
    ar_stop = fields.Boolean(
        "Stop after this rule",
        default=True,
        help="On: once this rule has booked, no later rule is looked at. "
        "Off: later rules go on with what it leaves open.",
    )
    ar_amount_tolerance = fields.Float(
        "Amount tolerance",
        digits=(16, 2),
        help="By how much an amount may lie outside the limits above, in the bank's currency.",
    )
    ar_transaction_type = fields.Char(
        "Transaction type",
        tracking=True,
        help="Part of what the bank calls the type of the transaction, e.g. CHRG. Empty: any type.",
    )
    ar_valid_from = fields.Date(
        "Valid from", tracking=True, help="Transactions before this day are left alone."
    )
    ar_valid_until = fields.Date(
        "Valid until", tracking=True, help="Transactions after this day are left alone."
    )
    ar_hit_count = fields.Integer(
        "Booked",
        compute="_compute_ar_hits",
        help="How many transactions the rule has booked and that were not taken back.",
    )
    ar_last_hit_date = fields.Date(
        "Last booked", compute="_compute_ar_hits", help="Day of the latest of them."
    )
    ar_trouble = fields.Char(
        "Problem",
        readonly=True,
        copy=False,
        help="Why the rule could not be tried on a transaction, e.g. because its expression "
        "takes too long.",
    )

    _ar_amount_tolerance_not_negative = models.Constraint(
        "CHECK (ar_amount_tolerance >= 0)", "The amount tolerance of a rule cannot be negative."
    )
    _ar_validity = models.Constraint(
        "CHECK (ar_valid_from <= ar_valid_until)", "A rule must begin before it ends."
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_hits(self):
        groups = self.env["account.move.line"]._read_group(
            [("reconcile_model_id", "in", self.ids), ("parent_state", "=", "posted")],
            ["reconcile_model_id"],
            ["move_id:count_distinct", "date:max"],
        )
        hits = {rule.id: (count, last) for rule, count, last in groups}
        for rule in self:
            rule.ar_hit_count, rule.ar_last_hit_date = hits.get(rule.id, (0, False))

    # === CONSTRAINTS ===#

    @api.constrains("match_label", "match_label_param")
    def _check_ar_expression(self):
        for rule in self.filtered(lambda rule: rule.match_label == "match_regex"):
            check_expression(rule, rule.match_label_param)

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS account: a rule that was changed may be tried again."""
        if {"match_label", "match_label_param", "line_ids", "active"} & vals.keys():
            vals = {"ar_trouble": False, **vals}
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_ar_try(self):
        """Open the trial of this rule over what has happened already."""
        self.ensure_one()
        trial = self.env["ar.rule.trial"].create({"rule_id": self.id})
        return trial._get_records_action(target="new", name=self.env._("Try the rule"))


def check_expression(record, pattern):
    """Refuse an expression that the matcher cannot compile.

    :raises UserError: with what is wrong with it.
    """
    try:
        compile_expression(pattern or "")
    except ExpressionError as error:
        raise UserError(
            record.env._(
                "The expression “%(expression)s” cannot be used: %(reason)s. Correct it.",
                expression=(pattern or "")[:60],
                reason=str(error),
            )
        ) from error
