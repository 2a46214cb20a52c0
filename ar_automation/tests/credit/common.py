from odoo import Command, fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import new_test_user

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GROUPS = {
    "sales": "sales_team.group_sale_salesman_all_leads",
    "credit": "ar_automation.ar_automation_group_credit_manager",
    "collector": "ar_automation.ar_automation_group_collector",
    "auditor": "ar_automation.ar_automation_group_auditor",
    "supervisor": "ar_automation.ar_automation_group_supervisor",
    "invoice": "account.group_account_invoice",
}


class CreditCommon(AccountTestInvoicingCommon):
    """A company that checks credit, and short ways to give its customers orders and invoices."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.account_use_credit_limit = True
        cls.policy = cls.env["ar.credit.policy"].ar_get_policy(cls.company)
        cls.today = fields.Date.context_today(cls.env.user)
        cls.service = cls.env["product.product"].create(
            {
                "name": "Service",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
                "list_price": 1.0,
            }
        )
        cls.user_of = {
            role: new_test_user(
                cls.env, f"ar_credit_{role}", groups=group, company_id=cls.company.id
            )
            for role, group in GROUPS.items()
        }

    @classmethod
    def _customer(cls, limit=0.0, **values):
        partner = cls.env["res.partner"].create({"name": "Customer", "is_company": True, **values})
        partner.with_company(cls.company).credit_limit = limit
        return partner

    @classmethod
    def _order(cls, partner, amount, quantity=1.0, **values):
        line = {
            "product_id": cls.service.id,
            "product_uom_qty": quantity,
            "price_unit": amount,
            "tax_ids": False,
        }
        line.update(values.pop("line", {}))
        return cls.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [Command.create(line)], **values}
        )

    @classmethod
    def _invoice(cls, partner, amount, *, post=True, move_type="out_invoice", days_ago=0, **values):
        day = fields.Date.subtract(cls.today, days=days_ago)
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "line", "quantity": 1, "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount, days_ago=0):
        return cls._register_payment(
            invoice,
            amount=amount,
            payment_date=fields.Date.subtract(cls.today, days=days_ago),
            payment_difference_handling="open",
        )

    def _exposure(self, partner, **kwargs):
        return self.env["res.partner"].ar_get_exposure(partner, self.company, **kwargs)[partner.id]

    def _held(self, limit=1000.0, owed=800.0, amount=300.0):
        partner = self._customer(limit)
        if owed:
            self._invoice(partner, owed)
        order = self._order(partner, amount).with_user(self.user_of["sales"])
        order.action_confirm()
        return order

    def _request(self, order):
        return order.sudo().ar_credit_request_ids.sorted("id")[-1:]

    def _colleague(self, login, role="credit"):
        return new_test_user(
            self.env, f"ar_credit_{login}", groups=GROUPS[role], company_id=self.company.id
        )

    def _band(self, start, end, users=(), **values):
        return self.env["ar.credit.approval"].create(
            {
                "company_id": self.company.id,
                "amount_from": start,
                "amount_to": end,
                "user_ids": [user.id for user in users],
                **values,
            }
        )

    def _transaction(self, order, amount, state="done"):
        provider = self.env["payment.provider"].sudo().search(
            [("code", "=", "none")], limit=1
        ) or self.env["payment.provider"].sudo().create(
            {"name": "Dummy", "code": "none", "company_id": self.company.id}
        )
        method = (
            self.env["payment.method"].sudo().with_context(active_test=False).search([], limit=1)
        )
        method = method or method.create({"name": "Dummy", "code": "dummy", "image": PIXEL})
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": f"{order.name}-{amount}",
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "sale_order_ids": [Command.set(order.ids)],
                    "state": state,
                }
            )
        )

    def _events(self, order):
        return (
            self.env["ar.audit.event"]
            .sudo()
            .search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])
        )
