from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_auto_cash_application = fields.Boolean(
        "Match payments automatically",
        default=True,
        help="Customer payments are matched with open items by themselves where that is sure: "
        "the number is named, the amount is exact, and nothing speaks against it. "
        "Everything else is proposed. Each match can be taken back.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create companies, each with its cash application policy."""
        companies = super().create(vals_list)
        self.env["ar.cash.policy"]._create_missing(companies)
        return companies
