from odoo import api, fields, models


class ArCustomerPolicy(models.AbstractModel):
    """A policy of which a company has a default, and others for some of its customers.

    The one set on the customer counts, else the first whose tags and countries fit, else the
    default. The inheriting model names the customer's field that holds its own policy in
    ``_customer_policy_field``, and has a unique index on ``company_id`` where ``is_default``.
    """

    _name = "ar.customer.policy"
    _inherit = "ar.company.policy"
    _description = "Policy of a company for customers"
    _order = "company_id, is_default DESC, sequence, id"

    _customer_policy_field: str

    company_id = fields.Many2one(readonly=False)
    is_default = fields.Boolean(
        "Default",
        readonly=True,
        copy=False,
        help="The policy of all customers that no other policy of the company fits.",
    )
    sequence = fields.Integer(
        default=10, help="Policies are tried in this order; the first that fits is taken."
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Customer tags",
        help="Fits customers that have one of these tags. Empty: whatever their tags are.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Fits customers of these countries. Empty: wherever they are.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create policies; the first of a company is its default."""
        companies = {vals.get("company_id") or self.env.company.id for vals in vals_list}
        served = set(
            self.sudo()
            .search([("is_default", "=", True), ("company_id", "in", [*companies])])
            .company_id.ids
        )
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            vals["is_default"] = company_id not in served
            served.add(company_id)
        return super().create(vals_list)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_policies(self, partners, company):
        """The policy of each customer in ``company``, with a constant number of queries.

        :param res.partner partners: contacts have the policy of their commercial partner.
        :return: ``{commercial partner id: policy}``.
        """
        policies = self.sudo()._of_company(company)
        customers = partners.sudo().with_company(company).commercial_partner_id
        return {
            customer_id: policy.with_env(self.env)
            for customer_id, policy in policies._pick_by_customer(customers).items()
        }

    # === PRIVATE METHODS ===#

    @api.model
    def _of_company(self, company):
        """All policies of the company, its default among them."""
        # all columns with the search: a confirmation asks for nearly each of them
        columns = [
            name
            for name, field in self._fields.items()
            if field.prefetch is True and field.column_type
        ]
        policies = self.search_fetch([("company_id", "=", company.id)], columns)
        return policies or self.ar_get_policy(company)

    def _pick_by_customer(self, customers):
        """The one of these policies, all of one company, that counts for each customer."""
        default = self.filtered("is_default")
        others = self - default
        if not others:
            return dict.fromkeys(customers.ids, default)
        customers.fetch([self._customer_policy_field, "category_id", "country_id"])
        return {customer.id: others._pick_for(customer, default) for customer in customers}

    def _pick_for(self, customer, default):
        """The customer's own policy, else the first of these that fits, else the default."""
        own = customer[self._customer_policy_field]
        if own in self | default:
            return own
        return next((policy for policy in self if policy._fits(customer)), default)

    def _fits(self, customer):
        """Whether tags and countries choose this customer; a policy with neither fits nobody."""
        self.ensure_one()
        if not (self.category_ids or self.country_ids):
            return False
        return (not self.category_ids or bool(self.category_ids & customer.category_id)) and (
            not self.country_ids or customer.country_id in self.country_ids
        )
