from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.credit.exposure import CountedComponents
from ...engine.credit.order_decision import CreditPolicy
from .exposure_query import to_decimal


class ArCreditPolicy(models.Model):
    """What counts as exposure in a company, and when an order is held.

    Every company has one policy. The limit itself is Odoo's own credit limit on the
    customer.
    """

    _name = "ar.credit.policy"
    _description = "Credit policy"
    _inherit = ["ar.company.policy", "mail.thread"]

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Credit policy")
    )
    count_open = fields.Boolean(
        "Open items",
        default=True,
        tracking=True,
        help="Invoices posted and not paid count towards the exposure.",
    )
    count_draft = fields.Boolean(
        "Draft invoices",
        default=True,
        tracking=True,
        help="Draft invoices count. What is on a draft invoice no longer counts as an order: "
        "switch this off only "
        "together with the orders.",
    )
    count_orders = fields.Boolean(
        "Orders not yet invoiced",
        default=True,
        tracking=True,
        help="Confirmed orders count until they are invoiced.",
    )
    count_credit = fields.Boolean(
        "Unapplied credit",
        default=True,
        tracking=True,
        help="Payments and credit notes that are not yet applied lessen the exposure.",
    )
    check_orders = fields.Boolean(
        "Check orders",
        default=True,
        tracking=True,
        help="An order that exceeds its customer's limit is put on hold when somebody confirms "
        "it, until a credit "
        "manager releases it or the reason disappears. Works while the credit limit is switched "
        "on in the settings.",
    )
    tolerance_amount = fields.Monetary(
        "Tolerance",
        tracking=True,
        help="How far beyond the limit an order may take its customer without being held. Of the "
        "amount and the "
        "percentage the larger counts.",
    )
    tolerance_percent = fields.Float(
        "Tolerance (%)",
        tracking=True,
        help="How far beyond the limit an order may take its customer, in percent of the limit. "
        "Of the amount and "
        "the percentage the larger counts.",
    )
    check_overdue = fields.Boolean(
        "Hold when overdue",
        tracking=True,
        help="Hold orders of customers who are late with their invoices, whatever their limit is.",
    )
    overdue_days = fields.Integer(
        "Late after (days)",
        default=30,
        tracking=True,
        help="An invoice is late when it is overdue for more days.",
    )
    overdue_amount = fields.Monetary(
        "Late amount allowed",
        tracking=True,
        help="Orders are held when the customer is late with more than this.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the activity for each order on hold. If empty, one of the credit managers gets "
        "it.",
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one credit policy.")
    _not_negative = models.Constraint(
        "CHECK (tolerance_amount >= 0 AND tolerance_percent >= 0 AND overdue_days >= 0 AND "
        "overdue_amount >= 0)",
        "Tolerances, days and amounts of a credit policy cannot be negative.",
    )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(
            self.env._(
                "Every company needs its credit policy. Switch its checks off instead of deleting "
                "it."
            )
        )

    # === ENGINE FACTS ===#

    def _prepare_counted(self):
        """What counts, as the engine wants it."""
        self.ensure_one()
        return CountedComponents(
            open=self.count_open,
            draft=self.count_draft,
            orders=self.count_orders,
            credit=self.count_credit,
        )

    def _prepare_credit_policy(self, limit):
        """The rules for a customer with this limit, as the engine wants them."""
        self.ensure_one()
        return CreditPolicy(
            limit=to_decimal(self.currency_id, limit),
            tolerance_amount=to_decimal(self.currency_id, self.tolerance_amount),
            tolerance_percent=Decimal(str(self.tolerance_percent)),
            check_overdue=self.check_overdue,
            overdue_days=self.overdue_days,
            overdue_amount=to_decimal(self.currency_id, self.overdue_amount),
            counts_orders=self.count_orders,
        )

    def _is_checking_orders(self):
        """Whether orders of the company are checked at all."""
        self.ensure_one()
        return self.check_orders and self.company_id.account_use_credit_limit

    def _get_responsible(self):
        """The user who is called for an order on hold; empty when there is nobody."""
        self.ensure_one()
        if self.responsible_id.active:
            return self.responsible_id
        group = self.env.ref("ar_automation.ar_automation_group_credit_manager").sudo()
        for users in (group.user_ids, group.all_user_ids):
            found = users.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
            if found:
                return found.sorted("id")[0]
        return self.env["res.users"]
