from odoo import api, fields, models


class ResCompany(models.Model):
    """The e-mail address to which customers send remittance advices."""

    _inherit = "res.company"

    ar_remittance_alias_id = fields.Many2one("mail.alias", copy=False, ondelete="set null")
    ar_remittance_alias_name = fields.Char(
        "Address for remittance advices",
        compute="_compute_ar_remittance_alias_name",
        inverse="_inverse_ar_remittance_alias_name",
        help="What comes before the @. E-mails to it become remittance advices: their "
        "attachments are read, and the sender is matched with a customer.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_remittance_alias_id.alias_name")
    def _compute_ar_remittance_alias_name(self):
        for company in self:
            company.ar_remittance_alias_name = company.sudo().ar_remittance_alias_id.alias_name

    def _inverse_ar_remittance_alias_name(self):
        for company in self:
            alias = company.sudo().ar_remittance_alias_id
            if alias:
                alias.alias_name = company.ar_remittance_alias_name
            elif company.ar_remittance_alias_name:
                company.sudo().ar_remittance_alias_id = company._create_remittance_alias()

    def _create_remittance_alias(self):
        self.ensure_one()
        return (
            self.env["mail.alias"]
            .sudo()
            .with_company(self)
            .create(
                {
                    "alias_name": self.ar_remittance_alias_name,
                    "alias_model_id": self.env["ir.model"]._get_id("ar.remittance"),
                    "alias_defaults": repr({"company_id": self.id}),
                    "alias_contact": "everyone",
                }
            )
        )
