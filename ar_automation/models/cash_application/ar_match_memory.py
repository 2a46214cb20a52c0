import re
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...engine.matching.lessons import phrase_of
from ...engine.matching.payer.names import normalise_name

KINDS = [
    ("payer_account", "Account pays for customer"),
    ("payer_name", "Name pays for customer"),
    ("reference", "Customer's way to write our numbers"),
    ("tolerance", "Customer keeps back"),
    ("not_customer", "Never a customer's payment"),
    ("booking", "Text is booked to account"),
]
OF_CUSTOMER = ("payer_account", "payer_name", "reference", "tolerance")
# So often the same is done by hand until a rule is suggested.
SUGGESTED_AFTER = 3
# So often it is seen, unless a person entered it, until a text is never a customer's payment.
SILENT_AFTER = 2
# So often a customer keeps back the same amount until it is a habit.
HABIT_AFTER = 2
# An amount as :func:`draw_lessons` writes it.
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class ArMatchMemory(models.Model):
    """What people's matches have taught: one fact, with how often it was seen.

    A fact that is archived is forgotten: it is neither used nor learnt again. One that is
    deleted may be learnt anew.
    """

    _name = "ar.match.memory"
    _description = "Learnt for matching"
    _order = "last_used_date desc, id desc"
    _rec_name = "pattern"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        help="What is known again: an account or a name that pays for a customer, the way a "
        "customer writes our numbers, how much a customer usually keeps back, a text that is "
        "never a customer's payment, or a text that is booked to an account.",
    )
    pattern = fields.Char(
        "Known again by",
        required=True,
        help="The account number, the payer's name, the customer's way to write our numbers, e.g. "
        "RG{counter}, the amount kept back, or a phrase of the text.",
    )
    key = fields.Char(compute="_compute_key", store=True, readonly=True, precompute=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="cascade", index="btree_not_null", check_company=True
    )
    account_id = fields.Many2one("account.account", ondelete="cascade", check_company=True)
    evidence = fields.Char(readonly=True, help="The match that taught it last.")
    hit_count = fields.Integer(
        "Seen", readonly=True, help="How often people did it, less how often it was taken back."
    )
    last_used_date = fields.Date("Last seen", readonly=True)
    is_entered = fields.Boolean(
        "Entered by hand", readonly=True, default=True, help="Counts at once, however often seen."
    )
    active = fields.Boolean(
        default=True, help="Off: forgotten. It is not used, and not learnt again."
    )
    rule_id = fields.Many2one(
        "account.reconcile.model", readonly=True, ondelete="set null", copy=False
    )

    _unique_fact = models.UniqueIndex(
        "(company_id, kind, key, COALESCE(partner_id, 0), COALESCE(account_id, 0))",
        "This is known already. Look for it among the forgotten ones, too.",
    )
    _customer_or_account = models.Constraint(
        "CHECK (kind = 'not_customer' OR partner_id IS NOT NULL OR account_id IS NOT NULL)",
        "Say which customer or account it leads to.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "pattern")
    def _compute_key(self):
        for memory in self:
            memory.key = _key_of(memory.kind, memory.pattern or "")

    # === CONSTRAINTS ===#

    @api.constrains("kind", "pattern", "partner_id", "account_id")
    def _check_key(self):
        for memory in self:
            if not memory.key:
                raise UserError(
                    self.env._(
                        "“%s” is too short, or has nothing that it could be known again by.",
                        memory.pattern,
                    )
                )
            if memory.kind in OF_CUSTOMER and not memory.partner_id:
                raise UserError(self.env._("Choose the customer of “%s”.", memory.pattern))

    # === ACTION METHODS ===#

    def action_accept(self):
        """Make the suggested rule, to be looked at; it proposes until somebody automates it."""
        self.ensure_one()
        if not self.rule_id:
            self.rule_id = self.env["account.reconcile.model"].create(self._prepare_rule_vals())
        return self.rule_id._get_records_action()

    def action_forget(self):
        """Use it no more, and do not learn it again."""
        self.action_archive()

    # === BUSINESS METHODS ===#

    def _prepare_rule_vals(self):
        return {
            "name": self.pattern[:1].upper() + self.pattern[1:],
            "company_id": self.company_id.id,
            "match_label": "contains",
            "match_label_param": self.pattern,
            "line_ids": [
                Command.create({"account_id": self.account_id.id, "partner_id": self.partner_id.id})
            ],
        }

    @api.model
    def ar_get_tolerance_habits(self, company, partners):
        """What customers usually keep back, e.g. charges of their bank.

        :param partners: commercial partners.
        :return: ``{partner id: [(amount as text, how often seen)]}``, most often first.
        """
        groups = defaultdict(list)
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "tolerance"),
                ("partner_id", "in", partners.ids),
            ],
            order="hit_count desc, id",
        )
        for memory in known:
            groups[memory.partner_id.id].append((memory.key, memory.hit_count))
        return dict(groups)

    @api.model
    @api.private
    def _count(self, company, counted, evidence):
        """Add to what is known, in one statement.

        :param counted: ``{Lesson: how often}``; below zero if it was taken back.
        :param evidence: ``{Lesson: sentence}``
        """
        self.flush_model()
        learnt = [(lesson, times) for lesson, times in counted.items() if times > 0]
        taken = [(lesson, -times) for lesson, times in counted.items() if times < 0]
        if learnt:
            self._learn(company, learnt, evidence)
        if taken:
            self._take_back(company, taken)
        self.invalidate_model()

    def _learn(self, company, learnt, evidence):
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, CURRENT_DATE, FALSE, TRUE, "
                "%s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')",
                company.id,
                lesson.kind,
                lesson.key,
                lesson.key,
                lesson.customer_id or None,
                lesson.account_id or None,
                evidence[lesson],
                times,
                self.env.uid,
                self.env.uid,
            )
            for lesson, times in learnt
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO ar_match_memory AS known
                          (company_id, kind, pattern, key, partner_id, account_id, evidence,
                           hit_count, last_used_date, is_entered, active,
                           create_uid, write_uid, create_date, write_date)
                   VALUES %s
              ON CONFLICT (company_id, kind, key, COALESCE(partner_id, 0), COALESCE(account_id, 0))
            DO UPDATE SET hit_count = COALESCE(known.hit_count, 0) + EXCLUDED.hit_count,
                          last_used_date = EXCLUDED.last_used_date,
                          evidence = EXCLUDED.evidence,
                          write_date = EXCLUDED.write_date
                RETURNING id""",
                rows,
            )
        )

    def _take_back(self, company, taken):
        """Count down; what nobody entered and nobody did any more is gone."""
        for lesson, times in taken:
            self.env.cr.execute(
                SQL(
                    """UPDATE ar_match_memory SET hit_count = GREATEST(hit_count - %s, 0)
                        WHERE company_id = %s AND kind = %s AND key = %s
                          AND COALESCE(partner_id, 0) = %s AND COALESCE(account_id, 0) = %s""",
                    times,
                    company.id,
                    lesson.kind,
                    lesson.key,
                    lesson.customer_id,
                    lesson.account_id,
                )
            )
        self.env.cr.execute(
            SQL(
                """DELETE FROM ar_match_memory
                    WHERE company_id = %s AND hit_count = 0 AND NOT is_entered
                      AND active AND rule_id IS NULL""",
                company.id,
            )
        )


def _key_of(kind, pattern):
    if kind == "payer_name":
        return normalise_name(pattern)
    if kind in ("not_customer", "booking"):
        return phrase_of(pattern)
    if kind == "tolerance":
        amount = pattern.strip()
        return f"{Decimal(amount).normalize():f}" if AMOUNT.fullmatch(amount) else ""
    return "".join(pattern.split()) if kind == "payer_account" else pattern.strip()
