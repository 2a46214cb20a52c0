from odoo import api, fields, models
from odoo.exceptions import UserError


class ArLateFeePolicy(models.Model):
    """What a company claims from customers who pay late, and how it charges it."""

    _name = "ar.late.fee.policy"
    _description = "Late interest and fees"
    _inherit = ["ar.company.policy", "mail.thread"]

    is_enabled = fields.Boolean(
        "Claim late interest and fees",
        tracking=True,
        help="Every night, count the interest and fees of what is late. While this is off, "
        "nothing is counted and nothing is charged.",
    )
    claim_from = fields.Date(
        "For items due from",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Items that were due before this day are left out.",
    )
    regime_id = fields.Many2one(
        "ar.interest.regime",
        "Interest regime",
        domain="[('company_id', 'in', (False, company_id))]",
        tracking=True,
        ondelete="restrict",
        help="Law or contract that the interest is counted by. Empty: the regime of the "
        "company's country. A customer may have another one.",
    )
    charging = fields.Selection(
        [
            ("memo", "Only keep it in mind"),
            ("debit_note", "Debit note for each month"),
            ("on_payment", "Debit note once the item is paid"),
        ],
        required=True,
        default="memo",
        tracking=True,
        help="Kept in mind: the amounts are listed and can be shown on reminders, and a person "
        "charges them by hand. Each month: debit notes for the months that are over, and for "
        "the rest once the item is paid. Once paid: one debit note for the whole delay.",
    )
    has_interest = fields.Boolean(
        "Interest", default=True, tracking=True, help="Claim interest for every late day."
    )
    has_fixed_sum = fields.Boolean(
        "Fixed sum",
        tracking=True,
        help="Claim the fixed sum of the regime once for every late item, such as 40 euros.",
    )
    grace_days = fields.Integer(
        tracking=True,
        help="Items paid so few days late cost nothing. Those later cost from the first day.",
    )
    minimum_amount = fields.Monetary(
        "Interest from",
        tracking=True,
        help="Interest of an item below this amount, in company currency, is not charged; once "
        "the item is paid it is waived.",
    )
    is_business_only = fields.Boolean(
        "Only from companies",
        default=True,
        tracking=True,
        help="Claim nothing from private persons: the statutory rates for trade do not hold "
        "for consumers.",
    )
    has_notice_amount = fields.Boolean(
        "Show on reminders",
        tracking=True,
        help="Reminders say what late interest and fees come to until their day.",
    )
    is_posted = fields.Boolean(
        "Post debit notes",
        tracking=True,
        help="Post debit notes at once. Otherwise they wait as drafts.",
    )
    product_id = fields.Many2one(
        "product.product",
        domain="[('company_id', 'in', (False, company_id))]",
        check_company=True,
        help="Product on the debit note, for its account. Its taxes are not taken.",
    )
    account_id = fields.Many2one(
        "account.account",
        domain="[('internal_group', '=', 'income')]",
        check_company=True,
        help="Income account of late interest and fees. Empty: the product's, else that of "
        "the sales journal.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        check_company=True,
        help="Late interest is compensation and outside of VAT in most countries, so debit "
        "notes have no tax unless you choose one here.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment terms",
        check_company=True,
        help="Payment terms of debit notes. Empty: due at once.",
    )

    _one_per_company = models.UniqueIndex(
        "(company_id)", "A company has one policy for late interest and fees."
    )
    _not_negative = models.Constraint(
        "CHECK (grace_days >= 0 AND minimum_amount >= 0)",
        "Days and amounts of the policy for late interest cannot be negative.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._("Late interest, %s", policy.company_id.name)

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Each company keeps its policy for late interest. Switch it off instead.")
        )

    # === BUSINESS METHODS ===#

    def _get_regime(self):
        """The policy's regime, else that of the company's country; empty where there is none."""
        self.ensure_one()
        return self.regime_id or self.env["ar.interest.regime"]._find_for_company(self.company_id)
