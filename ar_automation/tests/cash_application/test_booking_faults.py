"""What goes wrong around a booking, through the public methods."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .cash_case import CashCase


@tagged("post_install", "-at_install")
class TestBookingFaults(CashCase):
    def exceptions(self, code):
        return self.env["ar.exception"].search([("code", "=", code), ("state", "=", "open")])

    def test_a_proposal_is_withdrawn_when_its_invoice_is_reset(self):
        invoice = self.invoice(100)
        line = self.pay(40, invoice.name, partner_name="Somebody")
        line.ar_apply_cash()
        proposal = line.ar_best_proposal_id
        found = self.best(line)
        invoice.button_draft()
        self.assertEqual(proposal.state, "outdated")
        self.assertIn(f"{invoice.name} was cancelled or reset", line.ar_match_reason)
        with self.assertRaisesRegex(UserError, "no longer open"):
            line.ar_book(proposal)
        with self.assertRaisesRegex(UserError, "cancelled or reset to draft|settled meanwhile"):
            line.ar_book(found)
        self.assert_untouched(line)

    def test_a_proposal_is_withdrawn_when_its_invoice_is_cancelled(self):
        invoice = self.invoice(100)
        line = self.pay(40, invoice.name, partner_name="Somebody")
        line.ar_apply_cash()
        proposal = line.ar_best_proposal_id
        invoice.button_cancel()
        self.assertEqual((invoice.state, proposal.state), ("cancel", "outdated"))
        with self.assertRaisesRegex(UserError, "no longer open"):
            line.ar_book(proposal)
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        self.assert_untouched(line)

    def test_an_invoice_that_somebody_settled_by_hand_meanwhile(self):
        invoice = self.invoice(100)
        first, second = self.pay(100, invoice.name), self.pay(100, invoice.name)
        found = self.best(first)
        second.ar_book(found)
        with self.assertRaisesRegex(UserError, "settled meanwhile"):
            first.ar_book(found)
        with self.assertRaisesRegex(UserError, "matched by somebody else"):
            second.ar_book(found)
        self.assert_untouched(first)

    def test_a_merged_customer(self):
        invoice = self.invoice(100, partner=self.partner_b)
        line = self.pay(60, invoice.name, partner_name="Somebody")
        line.ar_apply_cash()
        proposal = line.ar_best_proposal_id
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.partner_a | self.partner_b).ids, self.partner_a)
        self.env.invalidate_all()
        line.ar_book(proposal)
        self.assertEqual(line.partner_id, self.partner_a)
        self.assertEqual(self.open_of(invoice), 40)

    def lock(self, date):
        # core locks no period with payments to match; an import or a branch can leave some
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            (date, self.company.id),
        )
        self.env.invalidate_all()

    def test_locked_books_are_left_alone(self):
        invoice = self.invoice(100)
        lines = self.pay(100, invoice.name) | self.pay(100, invoice.name, date="2026-04-02")
        found = self.best(lines[0])
        self.lock("2026-03-31")
        self.assertEqual(lines[0].ar_apply_cash()["proposed"], 1)
        self.assertIn("locked up to", lines[0].ar_match_reason)
        self.assert_untouched(lines[0])
        with self.assertRaisesRegex(UserError, "prior to and inclusive of"):
            lines[0].ar_book(found)
        self.assertEqual(lines[1].ar_apply_cash()["matched"], 1)
        self.lock("2026-04-30")
        with self.assertRaisesRegex(UserError, "prior to and inclusive of"):
            lines[1].ar_unbook()

    def test_a_missing_suspense_account_is_one_exception(self):
        invoices = [self.invoice(100 + number) for number in range(3)]
        lines = self.lines.union(*[self.pay(each.amount_total, each.name) for each in invoices])
        found = self.best(lines[0])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_journal SET suspense_account_id = NULL WHERE id = %s",
            (self.journal.id,),
        )
        self.env.invalidate_all()
        self.assertEqual(lines.ar_apply_cash()["proposed"], 3)
        lines.ar_apply_cash()
        row = self.exceptions("cash.suspense_account")
        self.assertEqual((len(row), row.res_id), (1, self.journal.id))
        with self.assertRaisesRegex(UserError, "not on the suspense account"):
            lines[0].ar_book(found)
        self.journal.suspense_account_id = self.suspense
        self.assertEqual(lines.ar_apply_cash()["matched"], 3)
        self.assertEqual(row.state, "resolved")

    def test_a_missing_write_off_account_is_one_exception(self):
        self.policy.tolerance_short = 20
        lines = self.lines.union(
            *[self.pay(92, self.invoice(100).name, partner_name="Somebody") for _ in range(3)]
        )
        self.assertEqual(lines.ar_apply_cash()["proposed"], 3)
        lines.ar_apply_cash()
        row = self.exceptions("cash.write_off_account_missing")
        self.assertEqual((len(row), row.res_id), (1, self.policy.id))
        self.policy.write_off_account_id = self.account("Write-offs")
        lines.ar_apply_cash()
        self.assertEqual(row.state, "resolved")
        self.assertEqual(lines[0].ar_best_proposal_id.action, "write_off")

    def test_a_long_text(self):
        invoice = self.invoice(100)
        line = self.pay(100, f"{'x1 ' * 5000}{invoice.name} {'RF18 ' * 1000}")
        line.ar_apply_cash()
        if not line.is_reconciled:
            line.ar_book(line.ar_best_proposal_id)
        self.assertEqual(self.open_of(invoice), 0)

    def test_a_law_that_wants_a_trace_gets_it(self):
        self.company.restrictive_audit_trail = True
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assert_entry(line, (self.receivable, -100, -100, self.partner_a))
