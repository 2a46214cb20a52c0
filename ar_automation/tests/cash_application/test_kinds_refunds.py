"""Money that goes out: refunds find their payment, credit is asked about, vendors are left."""

from odoo.tests import tagged

from .kind_case import KindCase


@tagged("post_install", "-at_install")
class TestRefundsOfTheBank(KindCase):
    def refund(self, amount, **vals):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": amount,
                "journal_id": self.journal.id,
                "date": "2026-03-01",
                **vals,
            }
        )
        payment.action_post()
        return payment

    def test_a_registered_refund_that_is_named(self):
        payment = self.refund(83)
        line = self.pay(-83, f"refund {payment.name}", partner_name=False)
        self.settle(line, [self.paid(-83, account=payment.outstanding_account_id)], {})
        self.assertIn("waits for the bank", " ".join(self.best(line)["evidence"]))

    def test_a_registered_refund_by_its_customer(self):
        payment = self.refund(1234.56)
        line = self.pay(-1234.56, "sepa transfer", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(-1234.56, account=payment.outstanding_account_id)], {})

    def test_two_refunds_of_one_amount_are_asked_about(self):
        self.refund(89)
        self.refund(89)
        line = self.pay(-89, "transfer", partner_id=self.partner_a.id)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        self.assert_untouched(line)

    def test_open_credit_is_proposed_and_never_booked_by_itself(self):
        note = self.invoice(97, move_type="out_refund")
        line = self.pay(-97, f"refund {note.name}", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(-97)], {note: 0}, by="person")
        self.assertIn("nobody has said", " ".join(self.best(line)["evidence"]))

    def test_an_overpayment_is_open_credit_too(self):
        before = self.pay(101, "advance")
        before.ar_book({"items": {}, "action": "on_account", "partner_id": self.partner_a.id})
        line = self.pay(-101, "back to you", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(-101)], {}, by="person")

    def test_a_vendors_payment_is_no_refund(self):
        self.refund(103)
        bill = self.init_invoice(
            "in_invoice", partner=self.partner_b, amounts=[103], taxes=[], post=True
        )
        line = self.pay(-103, f"{bill.name}", partner_id=self.partner_b.id)
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        self.assert_untouched(line)

    def test_what_nothing_explains_is_left(self):
        self.refund(107)
        line = self.pay(-108, "rent", partner_name="Landlord")
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)

    def test_the_job_looks_at_them(self):
        payment = self.refund(109)
        line = self.pay(-109, payment.name, partner_name=False)
        self.env["ar.job.cash_application.apply"].ar_run_job(self.company)
        self.assertTrue(line.is_reconciled)
        self.assertTrue(payment.is_matched)
