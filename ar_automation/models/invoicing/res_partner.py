from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_invoice_email = fields.Char(
        "Invoices go to",
        compute="_compute_ar_invoice_email",
        help="E-mail address of the customer's invoice address, where invoices of its orders go.",
    )

    ar_requires_po = fields.Boolean(
        "Order number required",
        help="The customer pays only invoices that carry its order number (Customer Reference). "
        "Without it they wait under Invoices to review.",
    )

    @api.depends("email", "child_ids.type", "child_ids.email", "parent_id")
    def _compute_ar_invoice_email(self):
        for partner in self:
            address_id = partner.address_get(["invoice"])["invoice"] if partner.id else False
            partner.ar_invoice_email = self.browse(address_id).email or ""

    def _ar_required_data(self, company):
        """What this customer's invoices must carry, as ``vat``, ``po``, ``buyer_reference``.

        Extended by whatever else knows: an invoicing policy, a network.
        """
        self.ensure_one()
        return {"po"} if self.ar_requires_po else set()
