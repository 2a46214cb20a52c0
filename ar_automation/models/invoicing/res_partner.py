from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_invoice_email = fields.Char(
        "Invoices go to",
        compute="_compute_ar_invoice_email",
        help="E-mail address of the customer's invoice address, where invoices of its orders go.",
    )

    @api.depends("email", "child_ids.type", "child_ids.email", "parent_id")
    def _compute_ar_invoice_email(self):
        for partner in self:
            address_id = partner.address_get(["invoice"])["invoice"] if partner.id else False
            partner.ar_invoice_email = self.browse(address_id).email or ""
