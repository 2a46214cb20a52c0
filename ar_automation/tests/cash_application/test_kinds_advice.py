"""Payments that are divided as the payer's advice says, with what is kept back."""

from odoo.tests import tagged

from .kind_case import KindCase


@tagged("post_install", "-at_install")
class TestAdvised(KindCase):
    def advise(self, rows, header="Invoice;Paid"):
        content = "\n".join([header, *(";".join(map(str, row)) for row in rows)])
        return self.env["ar.remittance"].ar_receive(
            self.company, self.partner_a, content.encode(), "advice", "upload"
        )

    def test_the_advice_says_what_is_paid_of_each_item(self):
        first, second = self.invoice(500), self.invoice(400)
        self.advise([(first.name, "200.00"), (second.name, "350.00")])
        line = self.pay(550, "collective payment", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(200), self.paid(350)], {first: 300, second: 50})
        self.assertIn("as the payer's advice says", " ".join(self.best(line)["evidence"]))

    def test_what_is_kept_back_stays_open_on_its_own_invoice(self):
        first, second = self.invoice(500), self.invoice(400)
        remittance = self.advise(
            [(first.name, "500.00", "60.00", "damaged"), (second.name, "400.00", "", "")],
            "Invoice;Gross;Deduction;Reason",
        )
        line = self.pay(840, "collective payment", partner_id=self.partner_a.id)
        self.settle(line, [self.paid(440), self.paid(400)], {first: 60, second: 0})
        self.assertEqual(remittance.state, "ready")
        self.assertIn("damaged", str(first.message_ids.mapped("body")))

    def test_the_bank_may_carry_the_amounts(self):
        first, second = self.invoice(500), self.invoice(420)
        documents = [
            {"number": first.name, "remitted": {"amount": "100.00"}},
            {"number": second.name, "remitted": {"amount": "420.00"}},
        ]
        line = self.pay(520, "/", transaction_details={"documents": documents})
        self.settle(line, [self.paid(100), self.paid(420)], {first: 400, second: 0})

    def test_amounts_that_do_not_add_up_divide_nothing(self):
        first, second = self.invoice(500), self.invoice(400)
        documents = [
            {"number": first.name, "remitted": {"amount": "100.00"}},
            {"number": second.name, "remitted": {"amount": "300.00"}},
        ]
        line = self.pay(520, "/", transaction_details={"documents": documents})
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        self.assert_untouched(line)
