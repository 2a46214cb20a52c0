"""Every kind of booking through the public methods, with its journal items, and back."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .cash_case import CashCase


@tagged("post_install", "-at_install")
class TestBooking(CashCase):
    def book_best(self, line):
        found = self.best(line)
        line.ar_book(found)
        return found

    def test_full(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        self.assertEqual(self.book_best(line)["action"], "full")
        self.assert_entry(line, (self.receivable, -100, -100, self.partner_a))
        self.assertEqual(self.open_of(invoice), 0)
        line.ar_unbook()
        self.assert_untouched(line)
        self.assertFalse(line.partner_id)
        self.assertEqual(self.open_of(invoice), 100)

    def test_partial(self):
        invoice = self.invoice(100)
        line = self.pay(40, invoice.name)
        self.assertEqual(self.book_best(line)["action"], "partial")
        self.assert_entry(line, (self.receivable, -40, -40, self.partner_a))
        self.assertEqual(self.open_of(invoice), 60)

    def test_short_pay_stays_open_with_its_reason(self):
        invoice = self.invoice(1000)
        line = self.pay(985, invoice.name)
        found = self.book_best(line)
        self.assertEqual(found["action"], "short_pay")
        self.assertIn("bank charges", " ".join(found["evidence"]))
        self.assertEqual(self.open_of(invoice), 15)
        self.assertEqual(line.ar_proposal_ids.action, "short_pay")

    def test_overpayment_leaves_the_customer_a_credit(self):
        invoice = self.invoice(100)
        line = self.pay(130, invoice.name)
        self.assertEqual(self.book_best(line)["action"], "overpay")
        self.assert_entry(line, (self.receivable, -130, -130, self.partner_a))
        credit = line.line_ids.filtered(lambda item: item.account_id == self.receivable)
        self.assertEqual((credit.amount_residual, self.open_of(invoice)), (-30, 0))

    def test_bank_charges_are_booked_off_where_the_policy_has_an_account(self):
        self.policy.charge_account_id = charges = self.account("Charges")
        invoice = self.invoice(1000)
        line = self.pay(985, invoice.name)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assert_entry(
            line,
            (self.receivable, -1000, -1000, self.partner_a),
            (charges, 15, 15, self.partner_a),
        )
        self.assertEqual(self.open_of(invoice), 0)
        line.ar_unbook()
        self.assert_untouched(line)
        self.assertEqual(self.open_of(invoice), 1000)
        self.assertEqual(line.ar_match_state, "proposed")

    def test_rounding(self):
        self.policy.rounding_account_id = rounding = self.account("Rounding")
        for paid, booked in ((99.98, 0.02), (100.02, -0.02)):
            invoice = self.invoice(100)
            line = self.pay(paid, invoice.name)
            self.assertEqual(line.ar_apply_cash()["matched"], 1)
            self.assert_entry(
                line,
                (self.receivable, -100, -100, self.partner_a),
                (rounding, booked, booked, self.partner_a),
            )

    def test_write_off_within_the_tolerance_with_taxes_and_analytic(self):
        tax = self.company_data["default_tax_sale"]
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Losses", "plan_id": plan.id}
        )
        self.policy.write(
            {
                "write_off_account_id": self.account("Write-offs").id,
                "write_off_tax_ids": [Command.set(tax.ids)],
                "tolerance_short": 115,
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        invoice = self.invoice(1000)
        line = self.pay(885, invoice.name)
        self.assertEqual(self.book_best(line)["action"], "write_off")
        repartition = tax.refund_repartition_line_ids.filtered(
            lambda one: one.repartition_type == "tax"
        )
        self.assert_entry(
            line,
            (self.receivable, -1000, -1000, self.partner_a),
            (self.policy.write_off_account_id, 100, 100, self.partner_a),
            (repartition.account_id, 15, 15, self.partner_a),
        )
        loss = line.line_ids.filtered(
            lambda item: item.account_id == self.policy.write_off_account_id
        )
        self.assertEqual(loss.tax_ids, tax)
        self.assertEqual(loss.analytic_distribution, {str(analytic.id): 100})
        taxed = line.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(taxed.tax_repartition_line_id, repartition)

    def test_a_customer_has_tolerances_of_its_own(self):
        self.policy.write_off_account_id = losses = self.account("Write-offs")
        self.partner_a.write({"ar_cash_own_tolerance": True, "ar_cash_tolerance_over": 8})
        invoice = self.invoice(100)
        line = self.pay(107, invoice.name)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assert_entry(
            line,
            (self.receivable, -100, -100, self.partner_a),
            (losses, -7, -7, self.partner_a),
        )
        other = self.invoice(100, partner=self.partner_b)
        line = self.pay(107, other.name, partner_name=self.partner_b.name)
        self.assertEqual(self.best(line)["action"], "overpay")

    def discounted(self, computation, **vals):
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": computation,
            }
        )
        return self.invoice(1000, invoice_payment_term_id=term.id, **vals)

    def test_early_payment_discount_with_its_taxes(self):
        tax = self.company_data["default_tax_sale"]
        discount = self.company.account_journal_early_pay_discount_loss_account_id
        invoice = self.discounted("included", tax_ids=tax.ids)
        line = self.pay(1127, invoice.name)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual(line.ar_proposal_ids.action, "discount")
        taxed = line.line_ids.filtered("tax_repartition_line_id")
        self.assert_entry(
            line,
            (self.receivable, -1150, -1150, self.partner_a),
            (discount, 20, 20, self.partner_a),
            (taxed.account_id, 3, 3, self.partner_a),
        )
        self.assertEqual(taxed.tax_line_id, tax)
        self.assertEqual(self.open_of(invoice), 0)
        line.ar_unbook()
        self.assert_untouched(line)
        self.assertEqual(self.open_of(invoice), 1150)

    def test_early_payment_discount_without_taxes_and_only_in_time(self):
        discount = self.company.account_journal_early_pay_discount_loss_account_id
        invoice = self.discounted("excluded")
        line = self.pay(980, invoice.name)
        self.assertEqual(self.book_best(line)["action"], "discount")
        self.assert_entry(
            line,
            (self.receivable, -1000, -1000, self.partner_a),
            (discount, 20, 20, self.partner_a),
        )
        late = self.discounted("excluded")
        line = self.pay(980, late.name, date="2026-03-14")
        self.assertNotEqual(self.best(line)["action"], "discount")
        self.policy.discount_grace_days = 3
        self.assertEqual(self.book_best(line)["action"], "discount")
        self.assertEqual(self.open_of(late), 0)

    def test_several_items_and_a_credit_note(self):
        invoices = self.invoice(100) | self.invoice(50)
        credit = self.invoice(30, move_type="out_refund")
        line = self.pay(120, " ".join((invoices | credit).mapped("name")))
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assert_entry(
            line,
            (self.receivable, -100, -100, self.partner_a),
            (self.receivable, -50, -50, self.partner_a),
            (self.receivable, 30, 30, self.partner_a),
        )
        self.assertEqual((invoices | credit).mapped("amount_residual"), [0, 0, 0])
        line.ar_unbook()
        self.assertEqual((invoices | credit).mapped("amount_residual"), [100, 50, 30])

    def test_amounts_per_item_as_a_person_says(self):
        first, second = self.invoice(100), self.invoice(100)
        line = self.pay(100, "on both")
        items = {self.receivable_of(first).id: 30.0, self.receivable_of(second).id: 50.0}
        line.ar_book({"items": items, "action": "partial"})
        self.assertEqual((self.open_of(first), self.open_of(second)), (70, 50))
        self.assert_entry(
            line,
            (self.receivable, -30, -30, self.partner_a),
            (self.receivable, -50, -50, self.partner_a),
            (self.receivable, -20, -20, self.partner_a),
        )
        line.ar_unbook()
        self.assert_untouched(line)

    def test_several_payments_of_one_invoice(self):
        invoice = self.invoice(100)
        lines = self.pay(40, invoice.name) | self.pay(60, invoice.name)
        lines[0].ar_apply_cash()
        lines[1].ar_apply_cash()
        self.assertEqual(self.open_of(invoice), 0)
        lines[0].ar_unbook()
        self.assertEqual(self.open_of(invoice), 40)

    def test_instalments(self):
        invoice = self.invoice(1000, invoice_payment_term_id=self.pay_terms_b.id)
        line = self.pay(700, invoice.name)
        line.ar_apply_cash()
        self.assertEqual(
            self.receivable_of(invoice).sorted("date_maturity").mapped("amount_residual"), [300, 0]
        )

    def test_on_account(self):
        line = self.pay(100, "advance")
        with self.assertRaisesRegex(UserError, "settled meanwhile"):
            line.ar_book({"items": {}, "action": "on_account"})
        line.ar_book({"items": {}, "action": "on_account", "partner_id": self.partner_a.id})
        self.assert_entry(line, (self.receivable, -100, -100, self.partner_a))
        self.assertTrue(line.is_reconciled)
        line.ar_unbook()
        self.assert_untouched(line)

    def test_a_foreign_invoice_paid_in_our_currency(self):
        other = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(200, currency_id=other.id)
        line = self.pay(98, invoice.name)
        found = self.book_best(line)
        self.assertEqual(found["action"], "currency_difference")
        self.assertEqual(found["items"], {self.receivable_of(invoice).id: 200.0})
        self.assert_entry(line, (self.receivable, -98, -200, self.partner_a))
        self.assertEqual(self.open_of(invoice), 0)
        exchange = self.receivable_of(invoice).matched_credit_ids.exchange_move_id
        self.assertEqual(sum(exchange.line_ids.mapped("debit")), 2)
        line.ar_unbook()
        self.assert_untouched(line)
        self.assertEqual(self.open_of(invoice), 200)

    def test_a_foreign_payment_by_the_banks_rate_with_charges(self):
        self.policy.charge_account_id = charges = self.account("Charges")
        other = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(1000, currency_id=other.id)
        line = self.pay(495, invoice.name, foreign_currency_id=other.id, amount_currency=985)
        self.assertEqual(self.book_best(line)["action"], "bank_charge")
        self.assert_entry(
            line,
            (self.receivable, -502.54, -1000, self.partner_a),
            (charges, 7.54, 15, self.partner_a),
        )
        self.assertEqual(self.open_of(invoice), 0)

    def test_more_than_was_paid_or_is_open_is_refused(self):
        invoice = self.invoice(100)
        item = self.receivable_of(invoice)
        line = self.pay(50, invoice.name)
        with self.assertRaisesRegex(UserError, "More would be settled"):
            line.ar_book({"items": {item.id: 80.0}, "action": "partial"})
        with self.assertRaisesRegex(UserError, "cannot be settled"):
            self.pay(500, "x").ar_book({"items": {item.id: 180.0}, "action": "full"})
        with self.assertRaisesRegex(UserError, "names no account"):
            line.ar_book({"items": {item.id: 100.0}, "action": "write_off"})
        self.assertEqual(self.open_of(invoice), 100)
        self.assert_untouched(line)

    def test_two_companies(self):
        other = self.setup_other_company()
        theirs = self._create_invoice_one_line(
            price_unit=100,
            partner_id=self.partner_a,
            tax_ids=[],
            post=True,
            company_id=other["company"].id,
        )
        invoice = self.invoice(100)
        lines = self.pay(100, invoice.name) | self.lines.create(
            {
                "journal_id": other["default_journal_bank"].id,
                "amount": 100,
                "payment_ref": theirs.name,
                "date": "2026-03-02",
            }
        )
        self.assertEqual(lines.ar_apply_cash()["matched"], 2)
        self.assert_entry(lines[0], (self.receivable, -100, -100, self.partner_a))
        self.assertEqual(lines[1].line_ids.company_id, other["company"])
        self.assertEqual((theirs | invoice).mapped("amount_residual"), [0, 0])

    def test_an_undone_match_is_proposed_but_not_booked_again(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        line.ar_apply_cash()
        line.ar_unbook()
        self.assertEqual(line.ar_best_proposal_id.item_names, invoice.name)
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)
        self.assertIn("taken back before", line.ar_match_evidence)
        line.ar_book(line.ar_best_proposal_id)
        self.assertEqual(self.open_of(invoice), 0)


@tagged("post_install", "-at_install")
class TestOtherMoney(CashCase):
    """Money that settles no invoice: registered payments, vendors' refunds."""

    def register(self, invoice):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": "2026-03-01"})
            ._create_payments()
        )

    def test_a_registered_payment_is_matched_before_invoices(self):
        invoice, other = self.invoice(100), self.invoice(100)
        payment = self.register(invoice)
        self.assertTrue(payment.outstanding_account_id.reconcile)
        line = self.pay(100, invoice.name)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assert_entry(line, (payment.outstanding_account_id, -100, -100, self.partner_a))
        self.assertTrue(payment.is_matched)
        self.assertEqual(self.open_of(other), 100)
        line.ar_unbook()
        self.assert_untouched(line)
        self.assertTrue(payment.exists())
        self.assertFalse(payment.is_matched)

    def test_a_vendors_refund_is_no_customers_money(self):
        self.invoice(100)
        refund = self.init_invoice(
            "in_refund", self.partner_b, "2026-03-01", amounts=[100], post=True
        )
        line = self.pay(100, refund.name, partner_name=self.partner_b.name)
        line.ar_apply_cash()
        payable = refund.line_ids.filtered(lambda item: item.account_type == "liability_payable")
        self.assert_entry(line, (payable.account_id, -100, -100, self.partner_b))
        self.assertEqual(refund.amount_residual, 0)

    def test_money_out_settles_nothing(self):
        invoice = self.invoice(100)
        line = self.pay(-100, invoice.name)
        line.ar_apply_cash()
        self.assert_untouched(line)
