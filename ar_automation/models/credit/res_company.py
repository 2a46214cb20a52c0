from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_credit_recheck = fields.Boolean(
        "Release orders by itself",
        default=True,
        help="Orders on credit hold are confirmed by themselves when the reason for the hold has "
        "disappeared, for "
        "example because the customer paid.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create companies, each with its credit policy."""
        companies = super().create(vals_list)
        self.env["ar.credit.policy"]._create_missing(companies)
        return companies
