"""The payments of an invoice are those that core finds, found without joining by OR."""

from odoo.addons.account.models.account_move import AccountMove as CoreMove
from odoo.tests import tagged

from .cash_case import CashCase


@tagged("post_install", "-at_install")
class TestReconciledPayments(CashCase):
    def register_payment(self, invoices, **vals):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        return wizard.create(vals)._create_payments()

    def found_by_core(self, moves):
        """Let core compute the field of ``moves``; returns what it finds, per entry."""
        moves.invalidate_recordset(["reconciled_payment_ids"])
        CoreMove._compute_reconciled_payment_ids(moves)
        return {move: move.reconciled_payment_ids for move in moves}

    def test_same_as_core(self):
        paid, halves, together, other, left = (self.invoice(each) for each in range(100, 600, 100))
        payments = self.register_payment(paid)
        payments |= self.register_payment(halves, amount=50)
        payments |= self.register_payment(halves, amount=150)
        payments |= self.register_payment(together | other, group_payment=True)
        moves = paid | halves | together | other | left | payments.move_id
        self.env.flush_all()
        expected = self.found_by_core(moves)
        self.assertEqual(len(expected[halves]), 2)
        self.assertEqual(expected[together], expected[other])
        self.assertFalse(expected[left])
        moves.invalidate_recordset(["reconciled_payment_ids"])
        for move in moves:
            self.assertEqual(move.reconciled_payment_ids, expected[move], move.display_name)

    def test_new_entries_have_none(self):
        self.assertFalse(self.env["account.move"].new({}).reconciled_payment_ids)

    def test_statements_do_not_grow_with_the_entries(self):
        invoices = self.invoice(100) | self.invoice(200) | self.invoice(300)
        self.register_payment(invoices, group_payment=True)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(len(invoices._ar_get_reconciled_payments()), 3)
