from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_dunning_auto = fields.Boolean(
        "Send reminders automatically",
        help="Every day, decide who is to be reminded and send the reminders. "
        "While this is off, a supervisor starts them by hand.",
    )
    ar_dunning_policy_id = fields.Many2one(
        "ar.dunning.policy",
        "Default dunning policy",
        domain="[('company_id', '=', id)]",
        ondelete="restrict",
        help="When and how often customers of this company are reminded.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Every new company starts with a dunning policy."""
        companies = super().create(vals_list)
        companies._create_dunning_policies()
        return companies

    # === PRIVATE METHODS ===#

    @api.model
    def _create_missing_dunning_policies(self):
        """Called when the app is installed or updated: every company has a policy."""
        self.search([("ar_dunning_policy_id", "=", False)])._create_dunning_policies()

    def _create_dunning_policies(self):
        # sudo: who may create a company need not be a receivables supervisor
        policies = self.env["ar.dunning.policy"].sudo()
        for company in self:
            company.sudo().ar_dunning_policy_id = policies.create(
                policies._prepare_default_vals(company)
            )
