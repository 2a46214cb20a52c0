"""What customers usually keep back: evidence within the policy's tolerance, never beyond."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .kind_case import KindCase


@tagged("post_install", "-at_install")
class TestHabits(KindCase):
    def setUp(self):
        super().setUp()
        self.policy.charge_amount = 0
        self.memory = self.env["ar.match.memory"]

    def keeps_back(self, amount):
        return self.memory.create(
            {"kind": "tolerance", "pattern": amount, "partner_id": self.partner_a.id}
        )

    def tolerate(self, amount):
        self.policy.write(
            {"write_off_account_id": self.account("Write-offs").id, "tolerance_short": amount}
        )
        return self.policy.write_off_account_id

    def test_within_the_tolerance_it_is_booked_off_with_a_word(self):
        losses = self.tolerate(10)
        self.keeps_back("7.50")
        invoice = self.invoice(500)
        line = self.pay(492.5, invoice.name)
        self.settle(line, [self.paid(500), (losses, 7.5, 7.5, self.partner_a)], {invoice: 0})
        self.assertIn("usually keeps back", " ".join(self.best(line)["evidence"]))

    def test_it_makes_the_match_more_probable(self):
        self.tolerate(10)
        invoice = self.invoice(500)
        line = self.pay(492.5, "transfer", partner_id=self.partner_a.id)
        before = self.best(line)["probability"]
        self.keeps_back("7.5")
        found = self.best(line)
        self.assertGreater(found["probability"], before)
        self.assertEqual(found["items"], {self.receivable_of(invoice).id: 500.0})

    def test_beyond_the_tolerance_it_counts_for_nothing(self):
        self.tolerate(5)
        self.keeps_back("7.50")
        line = self.pay(492.5, self.invoice(500).name)
        found = self.best(line)
        self.assertEqual(found["action"], "partial")
        self.assertNotIn("usually keeps back", " ".join(found["evidence"]))

    def test_others_have_no_such_habit(self):
        self.tolerate(10)
        self.keeps_back("7.50").partner_id = self.partner_b
        line = self.pay(492.5, self.invoice(500).name)
        self.assertNotIn("usually keeps back", " ".join(self.best(line)["evidence"]))

    def test_it_is_learnt_when_seen_twice(self):
        self.policy.charge_amount = 50
        told = []
        for number in range(3):
            invoice = self.invoice(1000 + number)
            line = self.pay(988 + number, invoice.name, partner_name="Somebody")
            found = self.best(line)
            told.append("usually keeps back" in " ".join(found["evidence"]))
            line.ar_book(found)
        self.assertEqual(told, [False, False, True])

    def test_what_is_no_amount_is_no_habit(self):
        with self.assertRaises(UserError):
            self.keeps_back("a little")
