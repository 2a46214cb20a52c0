from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# first day past due and the rate, in percent, of Illustrative Example 12 of IFRS 9
EXAMPLE_BUCKETS = [(0, 0.3), (1, 1.6), (31, 3.6), (61, 6.6), (91, 10.6)]


class ArProvisionPolicy(models.Model):
    """How a company counts what its receivables are likely to lose."""

    _name = "ar.provision.policy"
    _description = "Provision policy"
    _inherit = ["ar.company.policy", "mail.thread"]

    years = fields.Integer(
        "Years of history",
        default=3,
        required=True,
        tracking=True,
        help="How many years back the loss rates look.",
    )
    horizon_months = fields.Integer(
        "Written off within",
        default=12,
        required=True,
        tracking=True,
        help="Months within which an item of a bucket must have been written off to count as "
        "lost. Months whose horizon is not over yet are left out.",
    )
    minimum_items = fields.Integer(
        "Items at least",
        default=30,
        required=True,
        tracking=True,
        help="With fewer items in a bucket's history its rate by hand stays.",
    )
    segment_by = fields.Selection(
        [("none", "All customers together"), ("country", "Country"), ("tag", "First tag")],
        "Segments",
        required=True,
        default="none",
        tracking=True,
        help="Customers who share how they pay are counted together: loss rates are found for "
        "each segment.",
    )
    bucket_ids = fields.One2many("ar.provision.bucket", "policy_id", "Buckets")
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general')]",
        check_company=True,
        tracking=True,
        help="Journal of the provision. Empty: the first one for miscellaneous entries.",
    )
    expense_account_id = fields.Many2one(
        "account.account",
        "Impairment loss",
        domain="[('internal_group', '=', 'expense')]",
        check_company=True,
        tracking=True,
        help="Expense account of the provision.",
    )
    allowance_account_id = fields.Many2one(
        "account.account",
        "Loss allowance",
        domain="[('internal_group', 'in', ('asset', 'liability')), "
        "('account_type', '!=', 'asset_receivable')]",
        check_company=True,
        tracking=True,
        help="Account of the balance sheet that the provision stands on, set against receivables.",
    )
    history_account_ids = fields.Many2many(
        "account.account",
        string="Earlier loss accounts",
        check_company=True,
        help="Accounts that bad debts were booked to before, besides those of the write-off "
        "policy and its reasons. What was booked there counts as lost.",
    )

    _one_per_company = models.UniqueIndex("(company_id)", "A company has one provision policy.")
    _sensible = models.Constraint(
        "CHECK (years BETWEEN 1 AND 20 AND horizon_months BETWEEN 1 AND 60 AND minimum_items >= 1)",
        "History is 1 to 20 years, the horizon 1 to 60 months, and at least one item counts.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._("Provision, %s", policy.company_id.name)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Every policy starts with the buckets and rates of the standard's own example."""
        policies = super().create(vals_list)
        for policy in policies.filtered(lambda policy: not policy.bucket_ids):
            policy.bucket_ids = [
                Command.create({"from_day": day, "percent": percent})
                for day, percent in EXAMPLE_BUCKETS
            ]
        return policies

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Each company keeps its provision policy."))

    # === BUSINESS METHODS ===#

    def _get_loss_accounts(self):
        """Accounts whose charges are losses of receivables."""
        self.ensure_one()
        reasons = self.env["ar.writeoff.reason"].with_context(active_test=False).search([])
        writeoffs = self.env["ar.writeoff.policy"].ar_get_policy(self.company_id).sudo()
        return (
            self.history_account_ids
            | writeoffs.loss_account_id
            | reasons.with_company(self.company_id).account_id
        )
