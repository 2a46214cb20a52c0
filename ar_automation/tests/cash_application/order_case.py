"""What tests of payments for orders have in common."""

from odoo import Command

from .kind_case import KindCase


class OrderCase(KindCase):
    """Orders over one line without taxes, invoiced as ordered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.write({"invoice_policy": "order", "taxes_id": [Command.clear()]})

    def quotation(self, amount, **vals):
        line = {"product_id": self.product_a.id, "price_unit": amount, "tax_ids": []}
        vals = {"partner_id": self.partner_a.id, "order_line": [Command.create(line)], **vals}
        return self.env["sale.order"].sudo().create(vals)

    def order(self, amount, **vals):
        order = self.quotation(amount, **vals)
        order.action_confirm()
        return order

    def invoice_of(self, order):
        invoice = order._create_invoices()
        invoice.write({"invoice_date": "2026-03-01", "invoice_payment_term_id": False})
        invoice.action_post()
        return invoice
