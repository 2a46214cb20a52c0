from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...engine.dunning.trial import Side, compare, is_challenger

HUNDRED = 100


class ArDunningTrial(models.Model):
    """Two policies tried side by side on the same kind of customers, and what came of it."""

    _name = "ar.dunning.trial"
    _description = "Dunning trial"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    policy_id = fields.Many2one(
        "ar.dunning.policy",
        "Champion",
        required=True,
        index=True,
        ondelete="cascade",
        help="The policy in force. Its customers are split.",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    challenger_id = fields.Many2one(
        "ar.dunning.policy",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('id', '!=', policy_id)]",
        help="The policy to try. Leave its conditions empty, so that only the trial uses it.",
    )
    share = fields.Integer(
        "Challenger's share (%)",
        required=True,
        default=50,
        help="So many percent of the champion's customers fall under the challenger. Each "
        "customer stays on its side for the whole trial.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True, help="Last day on which customers are split.")
    days = fields.Integer(
        "Paid within days",
        required=True,
        default=14,
        help="An item counts as won if it is paid within so many days of the first reminder that "
        "it got in the trial.",
    )
    champion_reminded = fields.Integer("Champion: reminded", compute="_compute_result")
    champion_paid = fields.Integer("Champion: paid in time", compute="_compute_result")
    challenger_reminded = fields.Integer("Challenger: reminded", compute="_compute_result")
    challenger_paid = fields.Integer("Challenger: paid in time", compute="_compute_result")
    champion_rate = fields.Float("Champion (%)", compute="_compute_result", digits=(5, 1))
    challenger_rate = fields.Float("Challenger (%)", compute="_compute_result", digits=(5, 1))
    verdict = fields.Char(
        "Result",
        compute="_compute_result",
        help="The difference between the rates, with the range that holds in 95 of 100 cases. "
        "While the range holds zero, the trial has not shown a difference.",
    )

    _possible = models.Constraint(
        "CHECK (share > 0 AND share < 100 AND days > 0 AND date_to >= date_from)",
        "A trial needs a share from 1 to 99 percent, at least one day to pay, and an end that "
        "does not come before its beginning.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("policy_id", "challenger_id", "date_from", "date_to", "days")
    def _compute_result(self):
        for trial in self:
            sides = trial._count()
            champion = sides.get(trial.policy_id._origin.id, Side(0, 0))
            challenger = sides.get(trial.challenger_id._origin.id, Side(0, 0))
            trial.champion_reminded, trial.champion_paid = champion.reminded, champion.paid
            trial.challenger_reminded = challenger.reminded
            trial.challenger_paid = challenger.paid
            trial.champion_rate = HUNDRED * champion.rate
            trial.challenger_rate = HUNDRED * challenger.rate
            trial.verdict = trial._describe(compare(champion, challenger))

    # === CONSTRAINT METHODS ===#

    @api.constrains("policy_id", "challenger_id", "date_from", "date_to", "active")
    def _check_policies(self):
        for trial in self.filtered("active"):
            if trial.policy_id == trial.challenger_id:
                raise ValidationError(
                    self.env._("%s: a policy cannot be tried against itself.", trial.name)
                )
            policies = (trial.policy_id | trial.challenger_id).ids
            other = self.search(
                [
                    ("id", "!=", trial.id),
                    ("date_from", "<=", trial.date_to),
                    ("date_to", ">=", trial.date_from),
                    "|",
                    ("policy_id", "in", policies),
                    ("challenger_id", "in", policies),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(trial)s: %(other)s tries one of these policies at the same time. "
                        "End it first, or choose other days.",
                        trial=trial.name,
                        other=other.name,
                    )
                )

    # === BUSINESS METHODS ===#

    @api.model
    def _find_running(self, company, day):
        """``{champion's id: trial}`` of the trials that split customers on that day."""
        trials = self.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ]
        )
        return {trial.policy_id.id: trial for trial in trials}

    def _choose(self, partner_id):
        """The policy of the customer's side."""
        self.ensure_one()
        if is_challenger(partner_id, trial=self.id, share=self.share):
            return self.challenger_id.id
        return self.policy_id.id

    # === PRIVATE METHODS ===#

    def _count(self):
        """``{policy id: Side}`` of the items whose time to pay is over."""
        self.ensure_one()
        if not (self.policy_id and self.challenger_id and self.date_from and self.date_to):
            return {}
        for model in ("ar.dunning.notice", "ar.dunning.notice.line", "account.move.line"):
            self.env[model].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT first.policy_id, COUNT(*),
                          COUNT(*) FILTER (WHERE l.reconciled AND (
                              SELECT MAX(p.max_date) FROM account_partial_reconcile p
                               WHERE p.debit_move_id = l.id) <= first.day + %(days)s)
                     FROM (SELECT DISTINCT ON (n.move_line_id)
                                  n.move_line_id, o.policy_id, o.date AS day
                             FROM ar_dunning_notice_line n
                             JOIN ar_dunning_notice o ON o.id = n.notice_id
                            WHERE o.company_id = %(company)s AND o.state = 'sent'
                              AND o.policy_id IN %(policies)s AND n.level_id IS NOT NULL
                              AND o.date BETWEEN %(start)s AND %(end)s
                         ORDER BY n.move_line_id, o.date, o.id) first
                     JOIN account_move_line l ON l.id = first.move_line_id
                    WHERE first.day + %(days)s < %(today)s
                 GROUP BY first.policy_id""",
                days=self.days,
                company=self.policy_id.company_id.id,
                policies=tuple((self.policy_id | self.challenger_id)._origin.ids),
                start=self.date_from,
                end=self.date_to,
                today=fields.Date.context_today(self),
            )
        )
        return {policy: Side(reminded, paid) for policy, reminded, paid in rows}

    def _describe(self, found):
        verdicts = {
            "champion": self.env._("The champion wins"),
            "challenger": self.env._("The challenger wins"),
            "open": self.env._("No difference shown"),
        }
        return self.env._(
            "%(verdict)s: challenger %(difference)+.1f points, from %(lower)+.1f to %(upper)+.1f",
            verdict=verdicts[found.verdict],
            difference=HUNDRED * found.difference,
            lower=HUNDRED * found.lower,
            upper=HUNDRED * found.upper,
        )
