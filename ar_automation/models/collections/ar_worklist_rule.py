from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.dunning.worklist_assignment import CollectorRule


class ArWorklistRule(models.Model):
    """Which customers of a company belong to which collector; the first rule that fits counts."""

    _name = "ar.worklist.rule"
    _description = "Assignment of customers to collectors"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Rules are asked in this order; the first one that fits counts."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Collector",
        required=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who works these customers. Substitutes are set under Absences.",
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "ar_worklist_rule_category_rel",
        string="Tags",
        help="Customers with one of these tags. Empty: with any or none.",
    )
    country_ids = fields.Many2many(
        "res.country",
        "ar_worklist_rule_country_rel",
        string="Countries",
        help="Customers in one of these countries. Empty: anywhere.",
    )
    risk_classes = fields.Char(
        help="Letters of the risk classes, for example DE, by the newest credit review. "
        "Empty: any class or none.",
    )
    amount_from = fields.Monetary(
        "Overdue from", help="Customers who owe at least so much that is overdue. 0: any amount."
    )
    amount_below = fields.Monetary(
        "Overdue below", help="Customers who owe less than that. 0: no end."
    )
    first_letter = fields.Char(
        "Names from", size=5, help="Names that start with this letter or a later one."
    )
    last_letter = fields.Char(
        "Names to", size=5, help="Names that start with this letter or an earlier one."
    )

    _amounts_ordered = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_below = 0 OR amount_below > amount_from))",
        "The amount below which a rule applies must be larger than the one from which it does.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("risk_classes")
    def _check_risk_classes(self):
        for rule in self:
            wrong = set(rule.risk_classes or "") - set("ABCDE, ")
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: risk classes are letters from A to E, not %(wrong)s.",
                        rule=rule.name,
                        wrong=", ".join(sorted(wrong)),
                    )
                )

    # === PRIVATE METHODS ===#

    @api.model
    def _read_rules(self, company):
        """The rules of a company as the engine reads them, in their order."""
        # sudo: also who may not read rules is shown the list that they make
        rules = self.sudo().search([("company_id", "=", company.id)])
        return [rule._to_engine() for rule in rules]

    def _to_engine(self):
        self.ensure_one()
        return CollectorRule(
            self.user_id.id,
            tags=frozenset(self.category_ids.ids),
            countries=frozenset(self.country_ids.ids),
            risk_classes=frozenset(self.risk_classes or "") - {",", " "},
            amount_from=Decimal(str(self.amount_from)),
            amount_below=Decimal(str(self.amount_below)),
            first_letter=self.first_letter or "",
            last_letter=self.last_letter or "",
        )
