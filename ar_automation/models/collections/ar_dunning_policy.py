from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.dunning.assignment import Rule
from ...engine.dunning.facts import Policy
from ...engine.dunning.quiet import is_quiet
from ...engine.dunning.workdays import is_workday


class ArDunningPolicy(models.Model):
    """When, how often and from which amount on a company reminds its customers."""

    _name = "ar.dunning.policy"
    _description = "Dunning policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    minimum_amount = fields.Monetary(
        tracking=True,
        help="A customer whose overdue amount, after unapplied credit, is smaller is not reminded.",
    )
    days_between = fields.Integer(
        "Days between reminders",
        default=7,
        tracking=True,
        help="At least so many days lie between two reminders to one customer, "
        "whatever becomes due meanwhile.",
    )
    max_bank_data_age = fields.Integer(
        "Bank data at most (days old)",
        default=4,
        tracking=True,
        help="No reminder is sent while the newest bank line is older than so many days: "
        "the customer may have paid. A company without any bank line is not stopped.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        tracking=True,
        help="Gets the activities of levels that ask for one, unless the customer has "
        "a salesperson.",
    )
    reply_to = fields.Char(
        "Replies to",
        help="Address that customers answer to. Empty: the answer arrives in the "
        "customer's chatter "
        "if incoming mail is set up, else at the company's address.",
    )
    level_ids = fields.One2many("ar.dunning.level", "policy_id", "Levels", copy=True)
    is_default = fields.Boolean(
        "Default",
        compute="_compute_is_default",
        help="Taken for customers whom no other policy accepts. Chosen in the settings.",
    )
    # --- for whom
    partner_ids = fields.Many2many(
        "res.partner",
        "ar_dunning_policy_partner_rel",
        string="Customers",
        help="Only these customers. A policy that names the customer comes before all others.",
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "ar_dunning_policy_category_rel",
        string="Tags",
        help="Customers with one of these tags. Empty: with any or none.",
    )
    country_ids = fields.Many2many(
        "res.country",
        "ar_dunning_policy_country_rel",
        string="Countries",
        help="Customers in one of these countries. Empty: anywhere.",
    )
    risk_classes = fields.Char(
        help="Letters of the risk classes, for example DE, by the newest credit review. "
        "Empty: any class or none.",
    )
    amount_from = fields.Monetary(
        "Overdue from",
        help="Customers who owe at least so much that is overdue. 0: any amount.",
    )
    # --- when
    basis = fields.Selection(
        [("item", "Each item on its own"), ("customer", "The customer's worst item")],
        "Levels follow",
        required=True,
        default="item",
        tracking=True,
        help="Each item climbs the levels on its own; or the item that is late for longest takes "
        "everything that is overdue with it onto its level.",
    )
    grace_days = fields.Integer(
        tracking=True, help="So many days are added to every level after the due date."
    )
    holiday_country_id = fields.Many2one(
        "res.country",
        "Public holidays of",
        help="Days of business are counted by this country's holidays. Empty: the company's.",
    )
    workdays_only = fields.Boolean(
        "Working days only",
        tracking=True,
        help="Nothing is sent on weekends and public holidays; the next working day makes up "
        "for it.",
    )
    max_contacts = fields.Integer(
        "Reminders at most",
        tracking=True,
        help="So many reminders within the days beside it, to one customer. 0: no limit.",
    )
    contact_days = fields.Integer("Within days", default=30, tracking=True)
    quiet_from = fields.Float(
        "Quiet from",
        tracking=True,
        help="Hour of the customer's day from which nothing is sent; the time zone is that of "
        "the dunning contact, else the company's. The same hours: no quiet hours.",
    )
    quiet_until = fields.Float("Quiet until", tracking=True)

    _days_not_negative = models.Constraint(
        "CHECK (days_between >= 0 AND max_bank_data_age >= 0 AND minimum_amount >= 0 "
        "AND grace_days >= 0 AND max_contacts >= 0 AND contact_days > 0 AND amount_from >= 0)",
        "Days and amounts of a dunning policy cannot be negative.",
    )
    _quiet_hours = models.Constraint(
        "CHECK (quiet_from >= 0 AND quiet_from < 24 AND quiet_until >= 0 AND quiet_until < 24)",
        "Quiet hours are hours of the day, from 0:00 to 23:59.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id.ar_dunning_policy_id")
    def _compute_is_default(self):
        for policy in self:
            policy.is_default = policy == policy.company_id.ar_dunning_policy_id

    # === CONSTRAINT METHODS ===#

    @api.constrains("level_ids")
    def _check_level_ids(self):
        for policy in self:
            days = policy._sorted_levels().mapped("days")
            if any(later <= earlier for earlier, later in zip(days, days[1:], strict=False)):
                raise ValidationError(
                    self.env._(
                        "%(policy)s: each level must come later than the one "
                        "before it, but the days are %(days)s.",
                        policy=policy.name,
                        days=", ".join(map(str, days)),
                    )
                )

    @api.constrains("risk_classes")
    def _check_risk_classes(self):
        for policy in self:
            wrong = set(policy.risk_classes or "") - set("ABCDE, ")
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: risk classes are letters from A to E, not %(wrong)s.",
                        policy=policy.name,
                        wrong=", ".join(sorted(wrong)),
                    )
                )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        company = (
            self.env["res.company"]
            .sudo()
            .search([("ar_dunning_policy_id", "in", self.ids)], limit=1)
        )
        if company:
            raise UserError(
                self.env._(
                    "%(policy)s is the default dunning policy of %(company)s. "
                    "Choose another one in the settings first.",
                    policy=company.ar_dunning_policy_id.name,
                    company=company.name,
                )
            )

    # === BUSINESS METHODS ===#

    def _sorted_levels(self):
        return self.level_ids.sorted(lambda level: (level.sequence, level._origin.id))

    def _get_rules(self):
        """The policy as the engine reads it."""
        self.ensure_one()
        return Policy(
            levels=tuple(level._get_step() for level in self._sorted_levels()),
            minimum_amount=Decimal(str(self.minimum_amount)),
            days_between=self.days_between,
            max_bank_data_age=self.max_bank_data_age,
            grace_days=self.grace_days,
            basis=self.basis,
            country=self._get_holiday_country(),
            workdays_only=self.workdays_only,
            max_contacts=self.max_contacts,
            contact_days=self.contact_days,
        )

    def _get_holiday_country(self):
        return (self.holiday_country_id or self.company_id.country_id).code or ""

    def _get_assignment(self):
        """For whom the policy is, as the engine reads it."""
        self.ensure_one()
        return Rule(
            self.id,
            customers=frozenset(self.partner_ids.commercial_partner_id.ids),
            tags=frozenset(self.category_ids.ids),
            countries=frozenset(self.country_ids.ids),
            risk_classes=frozenset(self.risk_classes or "") - {",", " "},
            amount_from=Decimal(str(self.amount_from)),
        )

    def _is_at_rest(self, now, timezone, day):
        """Whether nothing is sent at this hour, or on this day."""
        self.ensure_one()
        if self.workdays_only and not is_workday(day, self._get_holiday_country()):
            return True
        return is_quiet(now, timezone, self.quiet_from, self.quiet_until)

    @api.model
    def _find_candidates(self, company):
        """The policies that customers of the company may fall under, in their order."""
        policies = self.search([("company_id", "=", company.id)])
        chosen = policies.filtered(lambda policy: policy._get_assignment().has_conditions)
        trials = self.env["ar.dunning.trial"].search([("company_id", "=", company.id)])
        # challengers come last: they are taken by their trial alone
        return chosen | company.ar_dunning_policy_id | trials.challenger_id

    @api.model
    def _prepare_default_vals(self, company):
        """The policy that every company starts with."""
        # each step: XML id of its texts, name, days past due, whether a person is asked to act
        steps = [
            ("mail_template_dunning_friendly", self.env._("Friendly reminder"), 3, False),
            ("mail_template_dunning_firm", self.env._("Firm reminder"), 15, False),
            ("mail_template_dunning_final", self.env._("Final notice"), 30, True),
        ]
        levels = [
            Command.create(
                {
                    "sequence": 10 * number,
                    "name": name,
                    "days": days,
                    "create_activity": activity,
                    "template_id": self.env.ref(f"ar_automation.{xmlid}").id,
                }
            )
            for number, (xmlid, name, days, activity) in enumerate(steps, start=1)
        ]
        return {
            "name": self.env._("Standard reminders"),
            "company_id": company.id,
            "level_ids": levels,
        }
