from odoo.tests import tagged

from .cash_case import CashCase


@tagged("post_install", "-at_install")
class TestCredits(CashCase):
    """Open credit meets open invoices by the policy, and can be taken back."""

    def setUp(self):
        super().setUp()
        self.job = self.env["ar.job.cash_application.credits"]
        line = self.pay(130, "advance")
        line.ar_book({"items": {}, "action": "on_account", "partner_id": self.partner_a.id})
        self.credit = line.line_ids.filtered(lambda item: item.account_id == self.receivable)
        self.older, self.newer = self.invoice(100), self.invoice(100, invoice_date="2026-03-05")

    def applications(self):
        return self.env["ar.credit.application"].search([("credit_id", "=", self.credit.id)])

    def test_the_oldest_invoices_take_it_and_give_it_back(self):
        self.policy.credit_mode = "oldest"
        run = self.job.ar_run_job(self.company)
        self.assertEqual(run.amount, 130)
        self.assertEqual((self.open_of(self.older), self.open_of(self.newer)), (0, 70))
        rows = self.applications()
        self.assertEqual(set(rows.mapped("state")), {"applied"})
        self.assertIn("oldest", rows[0].evidence)
        rows.action_undo()
        self.assertEqual((self.open_of(self.older), self.open_of(self.newer)), (100, 100))
        self.assertEqual(self.credit.amount_residual, -130)
        self.job.ar_run_job(self.company, date="2026-11-30")
        self.assertEqual(self.open_of(self.older), 100)

    def test_a_person_is_asked(self):
        self.job.ar_run_job(self.company)
        rows = self.applications()
        self.assertEqual(sorted(rows.mapped("amount")), [30, 100])
        self.assertEqual(self.open_of(self.older), 100)
        rows.action_apply()
        self.assertEqual((self.open_of(self.older), self.open_of(self.newer)), (0, 70))

    def test_a_customer_who_never_wants_it(self):
        self.policy.credit_mode = "oldest"
        self.partner_a.with_company(self.company).ar_credit_mode = "never"
        self.job.ar_run_job(self.company)
        self.assertFalse(self.applications())

    def test_only_invoices_of_the_same_order(self):
        self.policy.credit_mode = "same_order"
        note = self.older._reverse_moves()
        note.action_post()
        self.job.ar_run_job(self.company)
        self.assertFalse(self.applications())
