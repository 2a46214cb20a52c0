from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.dunning.facts import Level, Policy


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

    _days_not_negative = models.Constraint(
        "CHECK (days_between >= 0 AND max_bank_data_age >= 0 AND minimum_amount >= 0)",
        "Days and amounts of a dunning policy cannot be negative.",
    )

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
            levels=tuple(Level(level.id, level.days) for level in self._sorted_levels()),
            minimum_amount=Decimal(str(self.minimum_amount)),
            days_between=self.days_between,
            max_bank_data_age=self.max_bank_data_age,
        )

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
