from odoo import api, fields, models


class ResPartner(models.Model):
    """How a customer's orders are invoiced, and who gets the invoices."""

    _inherit = "res.partner"

    ar_invoice_policy_id = fields.Many2one(
        "ar.invoice.policy",
        "Invoicing policy",
        company_dependent=True,
        domain="[('company_id', '=', current_company_id)]",
        help="When this customer's orders are invoiced, which of them together, and on what "
        "terms. Empty: the policy that fits its tags and country, else the company's default.",
    )
    ar_effective_invoice_policy_id = fields.Many2one(
        "ar.invoice.policy",
        "Invoiced by",
        compute="_compute_ar_effective_invoice_policy_id",
        compute_sudo=True,
        help="The policy that counts: the customer's own, else the first that fits, else the "
        "company's default.",
    )
    ar_invoice_contact_id = fields.Many2one(
        "res.partner",
        "Invoices to the attention of",
        domain="[('id', 'child_of', commercial_partner_id), ('email', '!=', False)]",
        help="Gets the mails with invoices instead of the invoice address, which stays on the "
        "invoice. Reminders go to the dunning contact.",
    )
    ar_invoice_copy_ids = fields.Many2many(
        "res.partner",
        "ar_invoice_copy_rel",
        "partner_id",
        "copy_id",
        string="Copies of invoices to",
        domain=[("email", "!=", False)],
        help="They get every invoice that leaves by e-mail, too.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_invoice_policy_id", "category_id", "country_id", "commercial_partner_id")
    @api.depends_context("company")
    def _compute_ar_effective_invoice_policy_id(self):
        policies = self.env["ar.invoice.policy"].ar_get_policies(self, self.env.company)
        for partner in self:
            partner.ar_effective_invoice_policy_id = policies.get(partner.commercial_partner_id.id)

    # === PRIVATE METHODS ===#

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["ar_invoice_policy_id"]

    def _ar_required_data(self, company):
        # EXTENDS: what the customer's policy asks for
        policy = self.with_company(company).ar_effective_invoice_policy_id.sudo()
        asked = {
            "po": policy.requires_po,
            "vat": policy.requires_vat,
            "buyer_reference": policy.requires_buyer_reference,
        }
        required = super()._ar_required_data(company)
        return required | {name for name, is_asked in asked.items() if is_asked}

    def _ar_invoice_recipients(self, company):
        """Who gets the mails with a customer's invoices: ``(instead, as well)``."""
        customer = self.commercial_partner_id.with_company(company)
        policy = customer.ar_effective_invoice_policy_id.sudo()
        copies = customer.ar_invoice_copy_ids | policy.copy_partner_ids
        return customer.ar_invoice_contact_id.filtered("email_normalized"), copies
