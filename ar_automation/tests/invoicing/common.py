from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..automation.smtp_sink import open_sink

DAY = date(2026, 3, 2)


class InvoicingCase(AccountTestInvoicingCommon):
    """A company with customers who order things."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref("sales_team.group_sale_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.orders_job = cls.env["ar.job.invoicing.orders"].sudo()
        cls.delivery_job = cls.env["ar.job.invoicing.delivery"].sudo()
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Customer",
                "email": "ap@customer.example",
                "country_id": cls.env.ref("base.be").id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Thing",
                "list_price": 100.0,
                "invoice_policy": "order",
                "type": "service",
                "taxes_id": False,
            }
        )
        cls.delivered_product = cls.product.create(
            {"name": "Delivered", "invoice_policy": "delivery", "type": "consu", "taxes_id": False}
        )

    def create_order(self, partner=None, *, product=None, quantity=1.0, price=100.0, **values):
        line = {
            "product_id": (product or self.product).id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "tax_ids": False,
        }
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "order_line": [Command.create(line)],
                **values,
            }
        )
        order.action_confirm()
        return order

    def create_posted_invoice(self, partner=None, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "invoice_date": DAY,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 100.0, "tax_ids": False})
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def inbox(self, records):
        return (
            self.env["ar.exception"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("state", "in", ("open", "waiting")),
                ]
            )
        )

    def without_wkhtmltopdf(self):
        """Rendering takes a second; what is rendered is looked at elsewhere."""
        report = type(self.env["ir.actions.report"])

        def render(report, reference, res_ids=None, data=None):
            return dict.fromkeys(res_ids), "pdf"

        def split(report, reference, content, kind):
            return dict.fromkeys(content, b"%PDF-1.4 invoice")

        self.startPatcher(patch.object(report, "_pre_render_qweb_pdf", render))
        self.startPatcher(patch.object(report, "_get_splitted_report", split))

    def start_sink(self):
        """Let mails leave for a server on loopback that keeps them."""
        return open_sink(self)
