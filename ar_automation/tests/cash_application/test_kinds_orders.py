"""Payments for orders that are not invoiced yet: on account, and then on the order's invoice."""

from odoo.tests import tagged

from ...models.banking.bulk_lines import create_bank_lines
from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestPrepayments(OrderCase):
    def test_the_total_of_an_order_is_proposed(self):
        order = self.order(811)
        line = self.pay(811, f"prepayment {order.name}")
        self.settle(line, [self.paid(811)], {}, by="person")
        self.assertEqual(line.ar_best_proposal_id.order_ids, order)
        self.assertIn(order.name, line.ar_best_proposal_id.evidence)

    def test_the_prepayment_of_a_quotation_is_booked_where_the_policy_allows_it(self):
        self.policy.book_prepayments = True
        order = self.quotation(1000, require_payment=True, prepayment_percent=0.3)
        line = self.pay(300, f"Anzahlung {order.name}")
        self.settle(line, [self.paid(300)], {})

    def test_a_preview_can_be_booked(self):
        order = self.order(823)
        line = self.pay(823, order.name)
        found = self.best(line)
        self.assertEqual((found["action"], found["orders"]), ("prepayment", order.ids))
        line.ar_book(found)
        self.assert_entry(line, self.paid(823))
        self.assertEqual(line.ar_proposal_ids.order_ids, order)

    def test_what_was_paid_in_advance_is_not_asked_for_again(self):
        order = self.order(827)
        self.pay(827, order.name).action_ar_apply_cash()
        first = self.lines.search([("payment_ref", "=", order.name)])
        first.ar_book(first.ar_best_proposal_id)
        again = self.pay(827, f"again {order.name}", partner_id=self.partner_a.id)
        self.assertEqual(self.best(again)["action"], "on_account")

    def test_the_orders_invoice_takes_it_before_older_invoices(self):
        older = self.invoice(829)
        order, other = self.order(829), self.order(829)
        line = self.pay(829, order.name)
        line.ar_apply_cash()
        prepaid = line.ar_proposal_ids.filtered("order_ids")
        line.ar_book(prepaid)
        invoice, foreign = self.invoice_of(order), self.invoice_of(other)
        self.policy.credit_mode = "oldest"
        self.env["ar.job.cash_application.credits"].ar_run_job(self.company)
        self.assertEqual([self.open_of(one) for one in (invoice, older, foreign)], [0, 829, 829])
        rows = self.env["ar.credit.application"].search([("item_id.move_id", "=", invoice.id)])
        self.assertIn("same order", rows.evidence)

    def test_lines_are_booked_while_they_are_created(self):
        self.policy.book_prepayments = True
        order = self.order(839)
        vals = {"journal_id": self.journal.id, "date": "2026-03-02", "payment_ref": order.name}
        payer = {"amount": 839, "partner_name": self.partner_a.name}
        line = create_bank_lines(self.lines, [vals | payer], apply=True)
        self.assertEqual(line.ar_match_state, "matched")
        self.assert_entry(line, self.paid(839))
