"""What a policy asks of invoices and puts on them."""

from ast import literal_eval
from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import DAY
from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestPolicyTerms(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = (
            cls.env["ar.invoice.policy"]
            .sudo()
            .create({"name": "Strict", "company_id": cls.company.id})
        )
        cls.customer.ar_invoice_policy_id = cls.policy

    def invoice_order(self, **values):
        order = self.create_order(**values)
        self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY)
        return order.invoice_ids

    def to_review(self):
        action = self.env.ref("ar_automation.account_move_action_review")
        return self.env["account.move"].search(literal_eval(action.domain))

    def assert_waits_and_goes_on(self, requirement, words, mend, moves):
        """An invoice without the data waits with the reason; once it is there, it goes on."""
        for move in moves:
            self.assertEqual(move.state, "draft", requirement)
            self.assertIn(words, move.ar_review_reason)
            self.assertIn(move, self.to_review())
            self.assertIn(words, move.ar_open_findings)
        mend(moves)
        moves.action_ar_continue()
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"queued"})
        self.assertFalse(moves & self.to_review())

    def test_required_data_holds_the_invoice_until_it_is_there(self):
        cases = (
            ("requires_po", "order number", lambda moves: moves.write({"ref": "PO 4711"})),
            (
                "requires_vat",
                "VAT number",
                lambda moves: moves.partner_id.write({"vat": "BE0477472701"}),
            ),
            (
                "requires_buyer_reference",
                "buyer reference",
                lambda moves: moves.partner_id.write({"ref": "BUYER-9"}),
            ),
        )
        for requirement, words, mend in cases:
            with self.subTest(requirement):
                self.policy.write({requirement: True})
                plan = self.prepare_plan(start_date=DAY)
                self.bill(DAY)
                moves = self.invoice_order() | self.invoices(plan)
                self.assertEqual(len(moves), 2, "of an order and of a plan")
                self.assert_waits_and_goes_on(requirement, words, mend, moves)
                self.policy.write({requirement: False})

    def test_what_carries_the_data_is_posted_at_once(self):
        self.policy.write(
            {"requires_po": True, "requires_vat": True, "requires_buyer_reference": True}
        )
        self.customer.write({"vat": "BE0477472701", "ref": "BUYER-9"})
        self.assertEqual(self.invoice_order(client_order_ref="PO 1").state, "posted")

    # --- the fee

    def charge_fee(self, **values):
        fee = self.product.create(
            {"name": "Invoice fee", "type": "service", "lst_price": 3.0, "taxes_id": False}
        )
        self.policy.write({"fee_product_id": fee.id, "fee_amount": 2.5, **values})
        return fee

    def milestones(self):
        parts = [Command.create({"name": name, "percentage": 50, "due_date": DAY}) for name in "AB"]
        order = self.create_order(ar_milestone_ids=parts)
        self.env["ar.job.invoicing.milestones"].sudo().ar_run_job(self.company, DAY)
        return order.ar_milestone_ids.move_id.sorted("id")

    def test_the_fee_is_on_invoices_of_orders_only_as_shipped(self):
        self.charge_fee()
        plan = self.prepare_plan(start_date=DAY)
        self.bill(DAY)
        self.assertEqual(self.amounts(plan), [100.0])
        self.assertEqual(self.milestones().mapped("amount_untaxed"), [50.0, 50.0])

    def test_the_fee_is_on_milestones_and_plans_where_the_policy_says_so(self):
        fee = self.charge_fee(fee_scope="all")
        plan = self.prepare_plan(start_date=DAY)
        self.bill(DAY)
        [invoice] = self.invoices(plan)
        self.assertEqual(invoice.amount_untaxed, 102.5)
        self.assertEqual(invoice.invoice_line_ids[-1:].product_id, fee)
        self.assertEqual(plan.period_ids.amount, 100.0, "the plan brings in its lines")
        self.assertEqual(self.milestones().mapped("amount_untaxed"), [52.5, 52.5])
        self.assertEqual(self.invoice_order().amount_untaxed, 102.5)

    def test_the_fee_is_in_the_currency_of_the_plan(self):
        self.charge_fee(fee_scope="all")
        currency = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        plan = self.prepare_plan(start_date=DAY, currency_id=currency.id)
        self.bill(DAY)
        self.assertEqual(self.amounts(plan), [105.0])

    def test_a_credit_note_of_a_plan_carries_no_fee(self):
        self.charge_fee(fee_scope="all")
        plan = self.prepare_plan({"quantity": -1.0}, start_date=date(2026, 3, 2))
        self.bill(DAY)
        [credit] = self.invoices(plan)
        self.assertEqual((credit.move_type, credit.amount_untaxed), ("out_refund", 100.0))
