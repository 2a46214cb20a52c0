"""How an amount may fit: each kind with its journal items, and back."""

from odoo.tests import tagged

from .kind_case import KindCase


@tagged("post_install", "-at_install")
class TestAmounts(KindCase):
    def discounted(self, amount, days):
        term = self.env["account.payment.term"].create(
            {
                "name": f"2/{days}",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": days,
                "early_pay_discount_computation": "excluded",
            }
        )
        return self.invoice(amount, invoice_payment_term_id=term.id)

    def test_several_with_a_credit_note(self):
        first, second = self.invoice(300), self.invoice(200)
        note = self.invoice(120, move_type="out_refund")
        line = self.pay(380, f"{first.name} {second.name} less {note.name}")
        self.settle(
            line,
            [self.paid(300), self.paid(200), self.paid(-120)],
            {first: 0, second: 0, note: 0},
        )

    def test_a_discount_per_item_by_its_own_date(self):
        """Two invoices, of which only one is still within its days of discount."""
        account = self.company.account_journal_early_pay_discount_loss_account_id
        early, late = self.discounted(1000, 30), self.discounted(500, 5)
        line = self.pay(1480, f"{early.name} {late.name}", date="2026-03-20")
        self.settle(
            line,
            [self.paid(1000), self.paid(500), self.paid(-20, account=account)],
            {early: 0, late: 0},
        )

    def test_a_tolerance_as_an_amount_in_both_directions(self):
        self.policy.write(
            {
                "write_off_account_id": self.account("Write-offs").id,
                "tolerance_short": 7,
                "tolerance_over": 4,
            }
        )
        losses = self.policy.write_off_account_id
        for paid, rest in ((993, 7), (1004, -4)):
            with self.subTest(paid=paid):
                invoice = self.invoice(1000)
                self.settle(
                    self.pay(paid, invoice.name),
                    [self.paid(1000), (losses, rest, rest, self.partner_a)],
                    {invoice: 0},
                )
        invoice = self.invoice(1000)
        line = self.pay(1005, invoice.name)
        self.assertEqual(self.best(line)["action"], "overpay")

    def test_a_tolerance_as_a_percentage(self):
        self.policy.write(
            {
                "write_off_account_id": self.account("Write-offs").id,
                "tolerance_short": 50,
                "tolerance_percent": 1,
                "charge_amount": 0,
            }
        )
        losses = self.policy.write_off_account_id
        within, beyond = self.invoice(2000), self.invoice(1000)
        self.settle(
            self.pay(1980.5, within.name),
            [self.paid(2000), (losses, 19.5, 19.5, self.partner_a)],
            {within: 0},
        )
        self.assertNotEqual(self.best(self.pay(980, beyond.name))["action"], "write_off")

    def test_a_tolerance_in_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self.policy.write(
            {"write_off_account_id": self.account("Write-offs").id, "tolerance_short": 5}
        )
        losses = self.policy.write_off_account_id
        invoice = self.invoice(1000, currency_id=euro.id)
        line = self.pay(497.5, invoice.name, foreign_currency_id=euro.id, amount_currency=995)
        self.settle(
            line,
            [
                (self.receivable, -500, -1000, self.partner_a),
                (losses, 2.5, 5, self.partner_a),
            ],
            {invoice: 0},
        )

    def test_cash_rounding(self):
        """A payer who rounds to five cents, as cash does."""
        self.policy.rounding_account_id = rounding = self.account("Rounding")
        invoice = self.invoice(99.98)
        self.settle(
            self.pay(100, invoice.name),
            [self.paid(99.98), (rounding, -0.02, -0.02, self.partner_a)],
            {invoice: 0},
        )

    def test_bank_charges(self):
        self.policy.charge_account_id = charges = self.account("Charges")
        invoice = self.invoice(1000)
        self.settle(
            self.pay(985, invoice.name),
            [self.paid(1000), (charges, 15, 15, self.partner_a)],
            {invoice: 0},
        )

    def test_our_invoice_in_foreign_currency_paid_in_ours(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(200, currency_id=euro.id)
        self.settle(
            self.pay(98, invoice.name),
            [(self.receivable, -98, -200, self.partner_a)],
            {invoice: 0},
        )

    def test_our_invoice_in_our_currency_paid_in_a_foreign_one(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name, foreign_currency_id=euro.id, amount_currency=199)
        self.settle(line, [self.paid(100)], {invoice: 0})

    def test_the_providers_rate_counts_and_not_the_tables(self):
        """The rate table says 2.0, the bank paid 2.5: an exchange loss, no short payment."""
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(1000, currency_id=euro.id)
        line = self.pay(400, invoice.name, foreign_currency_id=euro.id, amount_currency=1000)
        self.settle(line, [(self.receivable, -400, -1000, self.partner_a)], {invoice: 0})

    def test_an_instalment(self):
        invoice = self.invoice(1000, invoice_payment_term_id=self.pay_terms_b.id)
        self.settle(self.pay(300, invoice.name), [self.paid(300)], {invoice: 700})

    def test_all_instalments_at_once(self):
        invoice = self.invoice(1000, invoice_payment_term_id=self.pay_terms_b.id)
        self.settle(self.pay(1000, invoice.name), [self.paid(1000)], {invoice: 0})

    def test_partial_short_and_over(self):
        for paid, left in ((400, 600), (999, 1), (1300, 0)):
            with self.subTest(paid=paid):
                invoice = self.invoice(1000)
                self.settle(
                    self.pay(paid, invoice.name, partner_name="Somebody"),
                    [self.paid(paid)],
                    {invoice: left},
                    by="person",
                )

    def test_the_second_payment_of_an_invoice_becomes_credit_by_a_persons_word(self):
        invoice = self.invoice(229)
        self.pay(229, invoice.name).ar_apply_cash()
        again = self.pay(229, f"again {invoice.name}", partner_id=self.partner_a.id)
        before = self.standing(again)
        self.assertEqual(again.ar_apply_cash()["matched"], 0)
        self.assertIn("paid twice", again.ar_match_reason)
        found = self.best(again)
        self.assertEqual((found["action"], found["items"]), ("duplicate", {}))
        again.ar_book(found)
        self.assert_entry(again, self.paid(229))
        self.take_back(again, {invoice: 0}, before, self.partner_a)

    def test_several_payments_of_one_invoice_one_after_the_other(self):
        invoice = self.invoice(1000)
        first, second = self.pay(400, f"1st {invoice.name}"), self.pay(600, f"2nd {invoice.name}")
        first.ar_apply_cash()
        if not first.is_reconciled:
            first.ar_book(first.ar_best_proposal_id)
        self.assertEqual(self.open_of(invoice), 600)
        self.settle(second, [self.paid(600)], {invoice: 0})

    def test_lines_of_a_batch_entry(self):
        """A collective booking that the bank gives in parts: each settles its own invoice."""
        invoices = [self.invoice(1000 + number) for number in range(3)]
        lines = self.lines.union(
            *[
                self.pay(
                    each.amount_total,
                    each.name,
                    transaction_details={"batch": "B1", "references": [each.name]},
                )
                for each in invoices
            ]
        )
        self.assertEqual(lines.ar_apply_cash()["matched"], 3)
        for line, invoice in zip(lines, invoices, strict=True):
            self.assert_entry(line, self.paid(invoice.amount_total))
            self.assertEqual(self.open_of(invoice), 0)
        lines.ar_unbook()
        for line, invoice in zip(lines, invoices, strict=True):
            self.assert_untouched(line)
            self.assertEqual(self.open_of(invoice), invoice.amount_total)

    def test_all_that_a_customer_owes_without_a_word(self):
        first, second = self.invoice(233), self.invoice(239)
        line = self.pay(472, "payment", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(472)], {first: 0, second: 0}, by="person")

    def test_a_refund_that_goes_out_by_hand(self):
        """Money out for a customer's credit, booked against it by a person."""
        note = self.invoice(80, move_type="out_refund")
        line = self.pay(-80, f"refund {note.name}")
        before = self.standing(line)
        line.ar_book({"items": {self.receivable_of(note).id: -80.0}, "action": "full"})
        self.assert_entry(line, self.paid(-80))
        self.assertEqual(self.open_of(note), 0)
        self.take_back(line, {note: 80}, before, line.partner_id.browse())
