from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.credit.check import CheckRules
from ...engine.credit.exposure import CountedComponents
from ...engine.credit.order_decision import CreditPolicy
from .exposure_query import to_decimal

RESPONSES = [("nothing", "Nothing"), ("warn", "Warn"), ("hold", "Hold")]


class ArCreditPolicy(models.Model):
    """What counts as exposure, what limits there are, and what follows when they are broken.

    Every company has one default policy and any number of others for some of its customers:
    the one set on the customer counts, else the first whose tags and countries fit, else
    the default.
    """

    _name = "ar.credit.policy"
    _description = "Credit policy"
    _inherit = ["ar.customer.policy", "mail.thread"]
    _customer_policy_field = "ar_credit_policy_id"

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
        "Orders not yet delivered",
        default=True,
        tracking=True,
        help="What is confirmed and neither delivered nor invoiced counts.",
    )
    count_delivered = fields.Boolean(
        "Delivered, not yet invoiced",
        default=True,
        tracking=True,
        help="What is delivered counts until it is invoiced.",
    )
    count_disputed = fields.Boolean(
        "Disputed items",
        default=True,
        tracking=True,
        help="Items that the customer contests count like any other, towards the limit and as "
        "overdue. Without this the contested part counts for neither.",
    )
    count_credit = fields.Boolean(
        "Unapplied credit",
        default=True,
        tracking=True,
        help="Payments and credit notes that are not yet applied lessen the exposure.",
    )
    instrument_effect = fields.Selection(
        [
            ("nothing", "Are shown only"),
            ("exposure", "Lessen the exposure"),
            ("limit", "Raise the limit"),
        ],
        "Insurance and guarantees",
        required=True,
        default="nothing",
        tracking=True,
        help="What insured, guaranteed and deposited amounts do while they are valid. They raise "
        "a limit only where there is one.",
    )
    limit_amount = fields.Monetary(
        "Limit",
        currency_field="limit_currency_id",
        tracking=True,
        help="For customers under this policy that have no limit of their own. 0 means that there "
        "is none.",
    )
    limit_currency_id = fields.Many2one(
        "res.currency",
        "Limit currency",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.currency_id,
        help="A limit in another currency is converted at the day's rate.",
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
    checkpoint_quotation = fields.Selection(
        RESPONSES,
        "Quotation",
        required=True,
        default="warn",
        tracking=True,
        help="What happens when a quotation would break the rules: nothing, a warning on the "
        "quotation, or a hold that keeps it from being sent.",
    )
    checkpoint_order = fields.Selection(
        RESPONSES,
        "Order confirmation",
        required=True,
        default="hold",
        tracking=True,
        help="What happens when somebody confirms an order that breaks the rules.",
    )
    checkpoint_delivery = fields.Selection(
        RESPONSES,
        "Delivery",
        required=True,
        default="nothing",
        tracking=True,
        help="What happens when goods are to leave for a customer that breaks the rules by then. "
        "Without Odoo's inventory there is no such moment.",
    )
    checkpoint_invoice = fields.Selection(
        RESPONSES,
        "Invoice posting",
        required=True,
        default="nothing",
        tracking=True,
        help="What happens when an invoice of a customer that breaks the rules is posted.",
    )
    instant_credit = fields.Boolean(
        "Instant credit",
        tracking=True,
        help="Small orders of customers with a good score pass at once, whatever they owe.",
    )
    instant_score = fields.Integer(
        "From score",
        default=80,
        tracking=True,
        help="Payment index from 0 to 100 from which a customer has instant credit.",
    )
    instant_amount = fields.Monetary(
        "Up to",
        tracking=True,
        help="Orders up to this total have instant credit.",
    )
    when_unrated = fields.Selection(
        [("pass", "Let orders pass"), ("hold", "Hold orders")],
        "When the bureau is down",
        required=True,
        default="pass",
        tracking=True,
        help="What happens to orders of customers whose rating is needed and cannot be fetched.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the activity for each order on hold. If empty, one of the credit managers gets "
        "it.",
    )

    _company_unique = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one default credit policy."
    )
    _not_negative = models.Constraint(
        "CHECK (tolerance_amount >= 0 AND tolerance_percent >= 0 AND overdue_days >= 0 AND "
        "overdue_amount >= 0 AND limit_amount >= 0 AND instant_amount >= 0)",
        "Limits, tolerances, days and amounts of a credit policy cannot be negative. A limit of 0 "
        "means that there is none.",
    )
    _score_range = models.Constraint(
        "CHECK (instant_score BETWEEN 0 AND 100)", "A score is between 0 and 100."
    )

    @api.constrains("limit_amount", "limit_currency_id", "company_id")
    def _check_limit_currency_id(self):
        for policy in self.filtered("limit_amount"):
            policy.limit_currency_id._ar_check_rate(policy.company_id)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create policies; limits are in the company's currency unless told otherwise."""
        companies = self.env["res.company"].sudo()
        for vals in vals_list:
            company = companies.browse(vals.get("company_id") or self.env.company.id)
            vals.setdefault("limit_currency_id", company.currency_id.id)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        if any(self.mapped("is_default")):
            raise UserError(
                self.env._(
                    "Every company needs its default credit policy. Switch its checks off instead "
                    "of deleting it."
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
            delivered=self.count_delivered,
            disputed=self.count_disputed,
            covered=self.instrument_effect == "exposure",
        )

    def _prepare_check_rules(self, checkpoint):
        """What the policy says at a checkpoint, as the engine wants it."""
        self.ensure_one()
        is_checking = self._is_checking_orders()
        return CheckRules(
            policy=self._prepare_credit_policy(0.0),
            response=self[f"checkpoint_{checkpoint}"] if is_checking else "nothing",
            checkpoint=checkpoint,
            instant_score=self.instant_score if self.instant_credit else None,
            instant_amount=to_decimal(self.currency_id, self.instant_amount),
            holds_unrated=self.when_unrated == "hold",
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

    def _get_responsible(self, besides=None):
        """The user who is called for an order on hold; empty when there is nobody.

        :param res.users besides: has approved already and is not called again.
        """
        self.ensure_one()
        responsible = self.responsible_id
        if responsible.active and responsible != besides:
            return responsible
        return self._find_member("ar_automation.ar_automation_group_credit_manager", besides)

    def _get_supervisor(self, besides=None):
        """The user who is called where no band names anybody; empty when there is nobody."""
        self.ensure_one()
        group, responsible = "ar_automation.ar_automation_group_supervisor", self.responsible_id
        if responsible.active and responsible != besides and responsible.has_group(group):
            return responsible
        return self._find_member(group, besides)

    def _find_member(self, group, besides):
        """Somebody of a group who works in the company; administrators last."""
        members = self.env.ref(group).sudo()
        administrators = self.env.ref("base.group_system").sudo().all_user_ids
        for users in (members.user_ids, members.all_user_ids):
            found = users.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and self.company_id in user.company_ids
                    and user != besides
                )
            )
            if found:
                return found.sorted(lambda user: (user in administrators, user.id))[0]
        return self.env["res.users"]
