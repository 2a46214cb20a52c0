from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.tests import tagged

from ...models.credit import exposure_query
from .common import CreditCommon

NOTHING = {"total": 0.0, "open": 0.0, "overdue": 0.0, "draft": 0.0, "orders": 0.0, "credit": 0.0}


def parts(figures):
    """The six figures that are told from the beginning."""
    return {key: figures[key] for key in NOTHING}


@tagged("post_install", "-at_install")
class TestExposure(CreditCommon):
    def test_nothing(self):
        self.assertEqual(parts(self._exposure(self._customer())), NOTHING)
        self.assertEqual(
            self.env["res.partner"].ar_get_exposure(self.env["res.partner"], self.company), {}
        )

    def test_every_component(self):
        partner = self._customer()
        self._invoice(partner, 1000)
        late = self._invoice(partner, 500, days_ago=40)
        self._pay(late, 200)
        self._invoice(partner, 150, move_type="out_refund")
        self._invoice(partner, 70, post=False)
        self._invoice(partner, 20, post=False, move_type="out_refund")
        self._order(partner, 300).action_confirm()
        self._order(partner, 999)
        self.assertEqual(
            parts(self._exposure(partner)),
            {
                "total": 1500.0,
                "open": 1300.0,
                "overdue": 300.0,
                "draft": 50.0,
                "orders": 300.0,
                "credit": -150.0,
            },
        )

    def test_policy_says_what_counts(self):
        partner = self._customer()
        self._invoice(partner, 1000)
        self._order(partner, 300).action_confirm()
        self.policy.count_orders = False
        self.assertEqual(self._exposure(partner)["total"], 1000.0)
        self.assertEqual(self._exposure(partner)["orders"], 300.0)

    def test_contact_has_the_exposure_of_its_company(self):
        partner = self._customer()
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self._invoice(child, 100)
        self._order(child, 10).action_confirm()
        figures = self.env["res.partner"].ar_get_exposure(partner | child, self.company)
        self.assertEqual(figures[child.id], figures[partner.id])
        self.assertEqual(figures[child.id]["total"], 110.0)

    def test_contacts_of_many_customers(self):
        partner = self._customer()
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self._invoice(child, 100)
        with patch.object(exposure_query, "PREFETCH_MAX", 1):
            figures = self.env["res.partner"].ar_get_exposure(partner | child, self.company)
        self.assertEqual([figures[one.id]["open"] for one in (partner, child)], [100.0, 100.0])

    def test_instalments(self):
        partner = self._customer()
        term = self.env["account.payment.term"].create(
            {
                "name": "two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        self._invoice(
            partner, 100, days_ago=10, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        figures = self._exposure(partner)
        self.assertEqual((figures["open"], figures["overdue"]), (100.0, 50.0))

    def test_due_today_is_not_overdue(self):
        partner = self._customer()
        self._invoice(partner, 100)
        self.assertEqual(self._exposure(partner)["overdue"], 0.0)
        self.assertEqual(
            self._exposure(partner, date=self.today + timedelta(days=1))["overdue"], 100.0
        )

    def test_other_currency(self):
        partner = self._customer()
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self._invoice(partner, 100, currency_id=currency.id)
        self._invoice(partner, 60, currency_id=currency.id, post=False)
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": currency.id}
        )
        self._order(partner, 50, pricelist_id=pricelist.id).action_confirm()
        figures = self._exposure(partner)
        self.assertEqual((figures["open"], figures["draft"], figures["orders"]), (50.0, 30.0, 25.0))

    def test_as_of_a_past_date(self):
        partner = self._customer()
        invoice = self._invoice(partner, 100, days_ago=50)
        self._pay(invoice, 40, days_ago=20)
        self._invoice(partner, 7, days_ago=5)
        before = self.today - timedelta(days=30)
        self.assertEqual(self._exposure(partner, date=before)["open"], 100.0)
        self.assertEqual(
            self._exposure(partner, date=self.today - timedelta(days=10))["open"], 60.0
        )
        self.assertEqual(self._exposure(partner)["open"], 67.0)
        self.assertEqual(self._exposure(partner, date=self.today - timedelta(days=60))["open"], 0.0)

    def test_unapplied_payment_as_of_a_past_date(self):
        partner = self._customer()
        payment = self.env["account.payment"].create(
            {
                "partner_id": partner.id,
                "amount": 30,
                "date": self.today - timedelta(days=9),
                "payment_type": "inbound",
            }
        )
        payment.action_post()
        self.assertEqual(self._exposure(partner)["credit"], -30.0)
        self.assertEqual(
            self._exposure(partner, date=self.today - timedelta(days=9))["credit"], -30.0
        )
        self.assertEqual(
            self._exposure(partner, date=self.today - timedelta(days=10))["credit"], 0.0
        )

    # --- orders

    def test_order_counts_with_taxes(self):
        partner = self._customer()
        tax = self.percent_tax(20.0, price_include_override="tax_excluded")
        self._order(partner, 100, line={"tax_ids": [Command.set(tax.ids)]}).action_confirm()
        self.assertEqual(self._exposure(partner)["orders"], 120.0)

    def test_partly_invoiced_order_counts_its_rest(self):
        partner = self._customer()
        order = self._order(partner, 100, quantity=10)
        order.order_line = [Command.create({"display_type": "line_section", "name": "Section"})]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_line_ids.filtered("quantity").quantity = 4
        figures = self._exposure(partner)
        self.assertEqual(
            (figures["orders"], figures["draft"], figures["total"]), (600.0, 400.0, 1000.0)
        )
        invoice.action_post()
        figures = self._exposure(partner)
        self.assertEqual(
            (figures["orders"], figures["open"], figures["total"]), (600.0, 400.0, 1000.0)
        )
        self.assertEqual(figures["orders"], order.amount_to_invoice, "as Odoo counts it")

    def test_down_payment_is_not_counted_twice(self):
        partner = self._customer()
        order = self._order(partner, 1000)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].create(
            {"advance_payment_method": "fixed", "fixed_amount": 300, "sale_order_ids": order.ids}
        )
        wizard.create_invoices()
        figures = self._exposure(partner)
        self.assertEqual(
            (figures["draft"], figures["orders"], figures["total"]), (300.0, 700.0, 1000.0)
        )
        order.invoice_ids.action_post()
        self.assertEqual(self._exposure(partner)["total"], 1000.0)
        order._create_invoices(final=True)
        figures = self._exposure(partner)
        self.assertEqual(
            (figures["open"], figures["draft"], figures["orders"]), (300.0, 700.0, 0.0)
        )

    def test_product_invoiced_on_delivery_counts_when_ordered(self):
        partner = self._customer()
        product = self.env["product.product"].create(
            {
                "name": "Delivered",
                "type": "service",
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
        )
        order = self._order(partner, 10, quantity=5, line={"product_id": product.id})
        order.action_confirm()
        self.assertEqual(self._exposure(partner)["orders"], 50.0)
        order.order_line.qty_delivered = 7
        self.assertEqual(self._exposure(partner)["orders"], 70.0)

    def test_discount_line_lessens_and_cancelled_order_counts_nothing(self):
        partner = self._customer()
        order = self._order(partner, 100)
        order.order_line = [
            Command.create({"product_id": self.service.id, "price_unit": -30, "tax_ids": False})
        ]
        order.action_confirm()
        self.assertEqual(self._exposure(partner)["orders"], 70.0)
        order._action_cancel()
        self.assertEqual(parts(self._exposure(partner)), NOTHING)

    def test_order_of_less_than_nothing_counts_nothing(self):
        partner = self._customer()
        self._order(partner, -100).action_confirm()
        self._order(partner, 40).action_confirm()
        self.assertEqual(self._exposure(partner)["orders"], 40.0)

    def test_order_belongs_to_whom_it_is_invoiced_to(self):
        partner, payer = self._customer(), self._customer()
        self._order(partner, 40, partner_invoice_id=payer.id).action_confirm()
        self.assertEqual(self._exposure(partner)["orders"], 0.0)
        self.assertEqual(self._exposure(payer)["orders"], 40.0)

    # --- companies

    def test_another_company_is_another_exposure(self):
        partner = self._customer()
        other = self.setup_other_company()["company"]
        self._invoice(partner, 100)
        self.assertEqual(
            parts(self.env["res.partner"].ar_get_exposure(partner, other)[partner.id]), NOTHING
        )
        self.assertEqual(self._exposure(partner)["open"], 100.0)

    def test_branches_share_their_exposure(self):
        partner = self._customer()
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self._invoice(partner, 100)
        self.env.user.company_ids |= branch
        receivable = self.company_data["default_account_receivable"]
        partner.with_company(branch).property_account_receivable_id = receivable
        invoice = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": branch.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create({"name": "line", "price_unit": 11, "tax_ids": False})
                    ],
                }
            )
        )
        invoice.action_post()
        for company in (self.company, branch):
            figures = self.env["res.partner"].ar_get_exposure(partner, company)[partner.id]
            self.assertEqual(figures["open"], 111.0)

    # --- for any number of customers

    def test_query_count_does_not_grow(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {i}", "is_company": True} for i in range(200)]
        )
        currency = self.setup_other_currency("EUR")
        for partner in partners[:20]:
            self._invoice(partner, 10)
            self._invoice(partner, 10, post=False, currency_id=currency.id)
            self._order(partner, 5).action_confirm()
        counts = []
        for asked in (partners[0], partners[0], partners):  # the first time fills Odoo's own caches
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["res.partner"].ar_get_exposure(asked, self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 10)

    # --- equals what it is made of

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["invoice", "refund", "draft", "draft_refund", "order", "quotation", "partial"]
                ),
                st.integers(1, 99_999),
                st.integers(0, 90),
                st.booleans(),
            ),
            max_size=5,
        )
    )
    def test_equals_the_sum_of_its_records(self, actions):
        partner = self._customer()
        currency = self.setup_other_currency("EUR", rates=[("2010-01-01", 1.7)])
        for kind, cents, days_ago, is_foreign in actions:
            self._act(
                partner,
                kind,
                cents / 100,
                days_ago,
                currency if is_foreign else self.company.currency_id,
            )
        figures = self._exposure(partner)
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        residuals = lines.mapped("amount_residual")
        self.assertAlmostEqual(figures["open"] + figures["credit"], sum(residuals), 2)
        self.assertAlmostEqual(figures["open"], sum(r for r in residuals if r > 0), 2)
        overdue = lines.filtered(
            lambda line: line.amount_residual > 0 and line.date_maturity < self.today
        )
        self.assertAlmostEqual(figures["overdue"], sum(overdue.mapped("amount_residual")), 2)
        company_currency, rate = (
            self.company.currency_id,
            {self.company.currency_id: 1.0, currency: 1.7},
        )
        drafts = self.env["account.move"].search(
            [("partner_id", "=", partner.id), ("state", "=", "draft")]
        )
        expected = sum(
            m.amount_total * (-1 if m.move_type == "out_refund" else 1) / rate[m.currency_id]
            for m in drafts
        )
        self.assertEqual(figures["draft"], company_currency.round(expected))
        orders = self.env["sale.order"].search(
            [("partner_id", "=", partner.id), ("state", "=", "sale")]
        )
        expected = sum(order.amount_to_invoice / rate[order.currency_id] for order in orders)
        self.assertEqual(figures["orders"], company_currency.round(expected))
        parts = ("open", "draft", "orders", "credit")
        self.assertAlmostEqual(figures["total"], sum(figures[part] for part in parts), 2)

    def _act(self, partner, kind, amount, days_ago, currency):
        if kind in ("order", "quotation"):
            pricelist = self.env["product.pricelist"].create(
                {"name": currency.name, "currency_id": currency.id}
            )
            order = self._order(partner, amount, quantity=3, pricelist_id=pricelist.id)
            if kind == "order":
                order.action_confirm()
            return
        invoice = self._invoice(
            partner,
            amount,
            post=not kind.startswith("draft"),
            move_type="out_refund" if "refund" in kind else "out_invoice",
            days_ago=days_ago,
            currency_id=currency.id,
        )
        if kind == "partial" and amount > 1:
            self._pay(invoice, amount / 2)
