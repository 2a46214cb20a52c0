from odoo import api, fields, models


class ArCompanyPolicy(models.AbstractModel):
    """A policy of which every company has exactly one, with defaults from the start.

    The inheriting model has a unique index on ``company_id``, says why its policies cannot be
    deleted, and gives companies their policies by ``_create_missing``.
    """

    _name = "ar.company.policy"
    _description = "Policy of a company"
    _order = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # === ACTION METHODS ===#

    @api.model
    def action_open_policy(self):
        """Open the policy of the current company."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self._name).name,
            "res_model": self._name,
            "res_id": self.ar_get_policy(self.env.company).id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_policy(self, company):
        """The policy of ``company``, created with its defaults if there is none."""
        policy = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return (policy or self._create_missing(company)).with_env(self.env)

    @api.model
    def _create_missing(self, companies=None):
        """Give every company (or those handed in) that has none a policy with the defaults."""
        companies = companies or self.env["res.company"].sudo().search([])
        served = self.sudo().search([("company_id", "in", companies.ids)]).company_id
        return self.sudo().create([{"company_id": company.id} for company in companies - served])
