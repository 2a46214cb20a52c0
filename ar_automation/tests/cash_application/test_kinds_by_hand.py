"""What a person books without a proposal: write-offs with taxes and analytic distribution."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .kind_case import KindCase


@tagged("post_install", "-at_install")
class TestByHand(KindCase):
    def setUp(self):
        super().setUp()
        self.loss = self.account("Losses of receivables")
        self.tax = self.company_data["default_tax_sale"]
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        self.analytic = self.env["account.analytic.account"].create(
            {"name": "Losses", "plan_id": plan.id}
        )

    def write_off(self, line, items, **details):
        self.env["ar.workbench"].ar_settle(
            line.id, items, "write_off", write_off={"account_id": self.loss.id, **details}
        )

    def tax_account(self):
        return self.tax.refund_repartition_line_ids.account_id

    def test_a_loss_with_its_tax_and_analytic_account(self):
        invoice = self.invoice(1000, tax_ids=self.tax.ids)
        line = self.pay(1035, "all that I can pay")
        before = self.standing(line)
        item = self.receivable_of(invoice)
        self.write_off(
            line, [[item.id, 1150]], tax_ids=self.tax.ids, analytic_account_id=self.analytic.id
        )
        self.assert_entry(
            line,
            self.paid(1150),
            (self.loss, 100, 100, self.partner_a),
            (self.tax_account(), 15, 15, self.partner_a),
        )
        self.assertEqual(self.open_of(invoice), 0)
        base = line.line_ids.filtered(lambda one: one.account_id == self.loss)
        self.assertRecordValues(
            base,
            [
                {
                    "tax_ids": self.tax.ids,
                    "analytic_distribution": {str(self.analytic.id): 100},
                }
            ],
        )
        taxed = line.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(taxed.tax_line_id, self.tax)
        self.assertTrue(base.analytic_line_ids)
        self.take_back(line, {invoice: 1150}, before, line.partner_id.browse())

    def test_a_loss_in_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 3.0)])
        invoice = self.invoice(1000, currency_id=euro.id)
        line = self.pay(
            295.37, "some", foreign_currency_id=euro.id, amount_currency=900, partner_name=False
        )
        before = self.standing(line)
        item = self.receivable_of(invoice)
        self.write_off(line, [[item.id, 1000]], tax_ids=self.tax.ids)
        rows = line.line_ids - line._seek_for_lines()[0]
        self.assertEqual(self.open_of(invoice), 0)
        self.assertEqual(self.company.currency_id.round(sum(rows.mapped("balance"))), -295.37)
        self.assertEqual(euro.round(sum(rows.mapped("amount_currency"))), -900)
        self.take_back(line, {invoice: 1000}, before, line.partner_id.browse())

    def test_several_taxes(self):
        second = self.tax.copy({"name": "Other", "amount": 5})
        invoice = self.invoice(1000)
        line = self.pay(880, "some")
        self.write_off(
            line, [[self.receivable_of(invoice).id, 1000]], tax_ids=(self.tax | second).ids
        )
        rows = line.line_ids.filtered(
            lambda one: one.account_id in self.loss | self.tax_account()
        ).sorted("balance")
        self.assertEqual(rows.mapped("balance"), [5, 15, 100])

    def test_taxes_of_another_company_are_refused(self):
        other = self.setup_other_company()
        invoice = self.invoice(100)
        line = self.pay(95, "some")
        with self.assertRaisesRegex(UserError, "payment's company"):
            self.write_off(
                line,
                [[self.receivable_of(invoice).id, 100]],
                tax_ids=other["default_tax_sale"].ids,
            )
        self.assert_untouched(line)

    def test_an_income_within_the_policy_keeps_its_tax_too(self):
        """What is kept of an overpayment is taxed by the policy as what is lost."""
        self.policy.write(
            {
                "write_off_account_id": self.loss.id,
                "write_off_tax_ids": [Command.set(self.tax.ids)],
                "tolerance_over": 23,
            }
        )
        invoice = self.invoice(1000)
        self.settle(
            self.pay(1023, invoice.name),
            [
                self.paid(1000),
                (self.loss, -20, -20, self.partner_a),
                (self.tax_account(), -3, -3, self.partner_a),
            ],
            {invoice: 0},
        )
