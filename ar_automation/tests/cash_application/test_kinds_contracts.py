"""What lies behind an invoice, quoted instead of it: orders, contracts, mandates, collections."""

from odoo.tests import tagged

from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestContracts(OrderCase):
    def invoice_behind(self, order, amount):
        """An invoice of an order whose own texts do not name it."""
        invoice = self.invoice_of(order)
        invoice.write({"invoice_origin": False, "ref": False})
        self.assertEqual(invoice.amount_total, amount)
        return invoice

    def test_the_order_and_the_customers_own_number_of_it(self):
        by_name, by_ref = self.order(311), self.order(313, client_order_ref="PO 4500-77123")
        first, second = self.invoice_behind(by_name, 311), self.invoice_behind(by_ref, 313)
        others = {"partner_name": False}
        line = self.pay(311, f"for {by_name.name}", **others)
        self.settle(line, [self.paid(311)], {first: 0})
        self.assertIn("the order of", self.best(line)["evidence"][0])
        line = self.pay(313, "your invoice, our PO 4500 77123", **others)
        self.settle(line, [self.paid(313)], {second: 0})

    def test_one_invoice_of_several_orders(self):
        orders = self.order(211) | self.order(222)
        invoice = self.invoice_behind(orders, 433)
        invoice.invoice_origin = ", ".join(orders.mapped("name"))
        line = self.pay(433, orders[1].name, partner_name=False)
        self.settle(line, [self.paid(433)], {invoice: 0})

    def test_the_number_of_a_recurring_plan(self):
        plan = self.env["ar.invoice.plan"].create(
            {"partner_id": self.partner_a.id, "name": "ABO-2026-0815", "start_date": "2026-01-01"}
        )
        invoice, other = self.invoice(317), self.invoice(319)
        (invoice | other).ar_plan_id = plan
        line = self.pay(319, "Vertrag ABO 2026 0815", partner_name=False)
        self.settle(line, [self.paid(319)], {other: 0, invoice: 317})
        self.assertIn("the contract of", " ".join(self.best(line)["evidence"]))

    def test_the_code_of_an_analytic_account(self):
        account = self.env["account.analytic.account"].create(
            {
                "name": "Maintenance",
                "code": "C-77-1204",
                "plan_id": self.env["account.analytic.plan"].create({"name": "Contracts"}).id,
            }
        )
        invoice = self.invoice(331)
        invoice.invoice_line_ids.analytic_distribution = {str(account.id): 100}
        line = self.pay(331, "contract C-77-1204", partner_name=False)
        self.settle(line, [self.paid(331)], {invoice: 0})

    def test_a_contract_of_which_nothing_fits_is_asked(self):
        plan = self.env["ar.invoice.plan"].create(
            {"partner_id": self.partner_a.id, "name": "ABO-2026-0816", "start_date": "2026-01-01"}
        )
        invoices = self.invoice(400) | self.invoice(500)
        invoices.ar_plan_id = plan
        line = self.pay(123, "ABO-2026-0816", partner_name=False)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        self.assert_untouched(line)

    def test_a_mandate_is_known_again(self):
        details = {"identifiers": {"mandate_id": "MND-88-12"}}
        first, second = self.invoice(337), self.invoice(347.13)
        facts = {"partner_name": False, "transaction_details": details}
        self.pay(337, first.name, **facts).ar_apply_cash()
        self.assertEqual(self.open_of(first), 0)
        line = self.pay(347.13, "direct debit", **facts)
        self.settle(line, [self.paid(347.13)], {second: 0})
        self.assertIn("account or mandate", " ".join(self.best(line)["evidence"]))

    def test_a_mandate_that_an_invoice_names(self):
        invoice = self.invoice(349)
        invoice.ref = "MND-88-13"
        details = {"identifiers": {"mandate_id": "MND-88-13"}}
        line = self.pay(349, "/", partner_name=False, transaction_details=details)
        self.settle(line, [self.paid(349)], {invoice: 0})

    def test_a_collection_of_ours_by_its_end_to_end_id(self):
        """A registered direct debit waits on its outstanding account under its own number."""
        invoice, twin = self.invoice(353), self.invoice(353)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment = wizard.create({"payment_date": "2026-03-01"})._create_payments()
        text = payment.name.replace("/", "-")
        line = self.pay(353, "collection", partner_name=False, ar_end_to_end_id=text)
        account = payment.outstanding_account_id
        self.settle(line, [self.paid(353, account=account)], {twin: 353})
