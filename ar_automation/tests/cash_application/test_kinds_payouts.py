"""Payouts of payment providers: many customers' payments in one, less the fee."""

from odoo.tests import tagged

from ...engine.matching.facts import Policy
from ...models.cash_application.payout_facts import read_payouts
from .payout_case import PayoutCase


@tagged("post_install", "-at_install")
class TestPayouts(PayoutCase):
    def test_all_of_a_day(self):
        paid = [self.online(60), self.online(45, self.partner_b)]
        self.online(70, day="2026-02-27")
        line = self.payout(105)
        self.settle(line, [self.waits(one) for one in paid], {})
        self.assertIn("payment provider Stripe", " ".join(self.best(line)["evidence"]))

    def test_a_mixed_refund(self):
        paid = [self.online(60), self.online(45, self.partner_b), self.online(-5)]
        line = self.payout(100)
        self.settle(line, [self.waits(one) for one in paid], {})

    def test_consecutive_days(self):
        paid = [self.online(60, day="2026-02-27"), self.online(45, self.partner_b)]
        self.settle(self.payout(105), [self.waits(one) for one in paid], {})

    def test_payments_of_one_customer_do_not_make_the_provider_a_customer(self):
        paid = self.online(60)
        line = self.payout(60, account_number="DE02120300000000202051")
        line.ar_apply_cash()
        self.assert_entry(line, self.waits(paid))
        self.assertFalse(line.partner_id)
        self.assertTrue(paid.is_matched)

    def test_named_payments_of_one_whom_nobody_knows(self):
        paid = [
            self.by_transaction(60, "S000123-1"),
            self.by_transaction(45, "S000456-1", self.partner_b),
        ]
        self.online(70)
        line = self.payout(105, "S000123-1 S000456-1", partner_name="Acquirer")
        self.settle(line, [self.waits(one) for one in paid], {})

    def test_two_solutions_are_proposed_only(self):
        self.online(60)
        self.online(60, day="2026-02-27")
        line = self.payout(60)
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)
        self.assert_untouched(line)
        self.assertEqual(len(line.ar_open_proposal_ids), 2)
        self.assertIn("more than one way", line.ar_match_evidence)

    def test_a_sum_across_days_is_proposed_only(self):
        paid = [self.online(70, day="2026-02-27"), self.online(60)]
        self.online(81, self.partner_b)
        self.online(93, self.partner_b, day="2026-02-27")
        line = self.payout(130)
        self.settle(line, [self.waits(one) for one in paid], {}, by="person")

    def test_an_unproven_fee_is_proposed(self):
        paid = [self.online(600), self.online(400, self.partner_b)]
        line = self.payout(985)
        entry = [*(self.waits(one) for one in paid), self.fee(15)]
        self.settle(line, entry, {}, by="person")

    def test_a_fee_as_earlier_payouts_kept(self):
        self.online(500, day="2026-02-20")
        self.accept(self.payout(492.5, date="2026-02-21"))
        paid = [self.online(600), self.online(400, self.partner_b), self.online(-100)]
        entry = [*(self.waits(one) for one in paid), self.fee(15)]
        line = self.payout(885)
        self.settle(line, entry, {})
        self.assertIn("kept as much", " ".join(self.best(line)["evidence"]))

    def test_what_was_taken_back_proves_no_fee(self):
        self.online(500, day="2026-02-20")
        first = self.payout(492.5, date="2026-02-21")
        self.accept(first)
        first.ar_unbook()
        self.online(1000)
        self.assertEqual(self.payout(985).ar_apply_cash()["matched"], 0)

    def test_another_fee_than_before_is_proposed(self):
        self.online(500, day="2026-02-20")
        self.accept(self.payout(492.5, date="2026-02-21"))
        self.online(1000)
        self.assertEqual(self.payout(975).ar_apply_cash()["proposed"], 1)

    def test_the_rate_that_the_policy_states(self):
        self.policy.write({"payout_fee_percent": 1.4, "payout_fee_is_exact": True})
        paid = [self.online(600), self.online(400, self.partner_b)]
        entry = [*(self.waits(one) for one in paid), self.fee(14)]
        self.settle(self.payout(986), entry, {})

    def test_a_fee_beyond_the_policy_is_no_fee(self):
        self.online(1000)
        self.assertEqual(self.payout(960).ar_apply_cash()["matched"], 0)

    def test_a_fee_without_an_account_is_proposed(self):
        self.policy.write({"payout_fee_percent": 1.4, "payout_fee_is_exact": True})
        self.policy.charge_account_id = False
        self.online(1000)
        line = self.payout(986)
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)
        self.assertIn("no bank charge account", line.ar_match_evidence)

    def test_two_payouts_of_one_sum_are_asked_about(self):
        self.online(60)
        lines = self.payout(60) | self.payout(60)
        self.assertEqual(lines.ar_apply_cash()["matched"], 0)

    def test_other_payments_are_left_to_their_customers(self):
        paid = self.online(60)
        invoice = self.invoice(105)
        own = self.pay(105, invoice.name)
        line = self.payout(60)
        self.assertEqual((own | line).ar_apply_cash()["matched"], 2)
        self.assertEqual(self.open_of(invoice), 0)
        self.assert_entry(line, self.waits(paid))
        self.assert_entry(own, self.paid(105))

    def test_a_customer_is_no_provider(self):
        self.online(60)
        self.online(45)
        self.assertEqual(self.pay(105, "my payment").ar_apply_cash()["matched"], 0)

    def test_the_provider_takes_what_customers_got_back(self):
        self.online(500, day="2026-02-20")
        self.accept(self.payout(492.5, date="2026-02-21"))
        paid = [self.online(100), self.online(-300, self.partner_b)]
        line = self.payout(-201.5)
        entry = [*(self.waits(one) for one in paid), self.fee(1.5)]
        self.settle(line, entry, {})
        self.assertIn("payment provider Stripe", " ".join(self.best(line)["evidence"]))

    def test_chargebacks_alone(self):
        paid = self.online(-120)
        self.settle(self.payout(-120), [self.waits(paid)], {})

    def test_a_refund_that_is_part_of_a_payout_is_not_paid_back_twice(self):
        paid = [self.online(105), self.online(-5)]
        both = self.payout(100) | self.pay(-5, paid[1].name, partner_id=self.partner_a.id)
        counts = both.ar_apply_cash()
        self.assertEqual(counts["matched"], 1)
        self.assertTrue(both[0].is_reconciled)

    def test_a_payout_in_another_currency_than_the_sales(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        paid = [self.online(100, currency_id=currency.id), self.online(60, currency_id=currency.id)]
        line = self.payout(78)
        entry = [
            (one.outstanding_account_id, -balance, -one.amount, self.partner_a)
            for one, balance in zip(paid, (48.75, 29.25), strict=True)
        ]
        self.settle(line, entry, {}, by="person")
        self.assertIn("Customers paid in EUR", " ".join(self.best(line)["evidence"]))
        self.accept(line)
        self.assertEqual([one.is_matched for one in paid], [True, True])
        # what it kept of them says nothing of the fee
        self.online(1000)
        self.assertEqual(self.payout(985).ar_apply_cash()["matched"], 0)

    def test_payments_by_transfer_are_not_paid_out(self):
        self.online(60)
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'custom' WHERE id = %s", [self.provider.id]
        )
        self.assertFalse(read_payouts(self.company, [], Policy()))

    def test_nothing_is_asked_where_nothing_waits(self):
        read_payouts(self.company, [], Policy())  # the company's branches are remembered
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertFalse(read_payouts(self.company, [], Policy()))
        self.online(60)
        self.env.flush_all()
        with self.assertQueryCount(2):
            read_payouts(self.company, [], Policy())
