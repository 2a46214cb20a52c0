from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...engine.rules.apply import apply_rules
from ...engine.rules.expressions import Expressions
from ...models.cash_application.rule_facts import read_rules, read_transactions

# So many transactions are looked at; a trial takes seconds, not minutes.
MOST_LINES = 5000
# So many are listed.
MOST_SHOWN = 200


class ArRuleTrial(models.TransientModel):
    """A rule tried on what has happened: what it would have booked, and how people booked it."""

    _name = "ar.rule.trial"
    _description = "Trial of a reconciliation rule"

    rule_id = fields.Many2one("account.reconcile.model", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=365),
        help="Transactions from this day on are looked at, the latest 5,000 of them.",
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    looked_at_count = fields.Integer("Looked at", compute="_compute_line_ids", store=True)
    fitting_count = fields.Integer("Would have matched", compute="_compute_line_ids", store=True)
    differing_count = fields.Integer(
        "Differently from what you did", compute="_compute_line_ids", store=True
    )
    summary = fields.Char(compute="_compute_line_ids", store=True)
    line_ids = fields.One2many(
        "ar.rule.trial.line", "trial_id", compute="_compute_line_ids", store=True
    )

    # === COMPUTE METHODS ===#

    @api.depends("rule_id", "date_from", "date_to")
    def _compute_line_ids(self):
        for trial in self:
            lines = trial._history()
            found = trial._try(lines)
            shown = sorted(found, key=lambda vals: not vals["is_different"])[:MOST_SHOWN]
            trial.looked_at_count = len(lines)
            trial.fitting_count = len(found)
            trial.differing_count = sum(vals["is_different"] for vals in found)
            trial.line_ids = [Command.clear(), *map(Command.create, shown)]
            trial.summary = trial._summarise(len(lines))

    # === BUSINESS METHODS ===#

    def _history(self):
        domain = Domain(
            [
                ("company_id", "child_of", self.company_id.id),
                ("state", "=", "posted"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ]
        )
        if self.rule_id.match_journal_ids:
            domain &= Domain("journal_id", "in", self.rule_id.match_journal_ids.ids)
        return self.env["account.bank.statement.line"].search(
            domain, order="internal_index desc", limit=MOST_LINES
        )

    def _try(self, lines):
        """Values of trial lines, one per transaction that the rule fits."""
        rules = read_rules(self.company_id, self.rule_id)
        expressions = Expressions()
        found = []
        for line, transaction in zip(lines, read_transactions(lines), strict=True):
            outcome = apply_rules(transaction, rules, expressions)
            if outcome.rules:
                found.append(self._prepare_line_vals(line, outcome))
        return found

    def _prepare_line_vals(self, line, outcome):
        accounts = self.env["account.account"].browse(
            share.line.account_id for share in outcome.shares
        )
        liquidity, suspense, _other = line._seek_for_lines()
        done = (line.move_id.line_ids - liquidity).filtered(
            lambda item: not item.tax_repartition_line_id
        )
        is_done = line.is_reconciled and not suspense
        return {
            "statement_line_id": line.id,
            "would": self._name_accounts(accounts) or self.env._("say who it is"),
            "did": self._name_accounts(done.account_id) if is_done else self.env._("nothing yet"),
            "is_different": bool(is_done and accounts and done.account_id != accounts),
        }

    def _name_accounts(self, accounts):
        return ", ".join(accounts.mapped("display_name"))

    def _summarise(self, looked_at):
        if not read_rules(self.company_id, self.rule_id):
            return self.env._("The rule has no condition, so that it is a button for people only.")
        return self.env._(
            "Of %(looked_at)s transactions it would have matched %(fitting)s, "
            "%(differing)s of them differently from what you did.",
            looked_at=looked_at,
            fitting=self.fitting_count,
            differing=self.differing_count,
        )
