from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ...models.collections.late_fee_accrual import LateFeeAccrual
from .common import TODAY
from .late_fee_common import LateFeeCommon

GROUP = "ar_automation.ar_automation_group_"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestAccrual(LateFeeCommon):
    """What is claimed, night after night."""

    def test_one_claim_grows_with_the_days(self):
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        claim = self.claims_of(invoice)
        self.assertRecordValues(
            claim,
            [
                {
                    "kind": "interest",
                    "state": "accrued",
                    "amount": 10.0,
                    "date_from": TODAY - timedelta(days=9),
                    "date_to": TODAY,
                    "regime_id": self.regime.id,
                    "partner_id": self.partner_a.id,
                }
            ],
        )
        self.run_fees(TODAY + timedelta(days=5))
        self.assertEqual(self.claims_of(invoice), claim)
        self.assertEqual(claim.amount, 15.0)
        self.run_fees(TODAY + timedelta(days=5))
        self.assertEqual(self.claims_of(invoice).amount, 15.0)

    def test_memo_is_never_charged_by_itself(self):
        invoice = self.late_invoice(70, amount=1000)
        self.pay(invoice, 65)
        self.run_fees()
        self.assertEqual(self.claims_of(invoice).mapped("state"), ["accrued"])

    def test_a_debit_note_for_each_month_and_the_rest_once_paid(self):
        self.fees.charging = "debit_note"
        invoice = self.late_invoice(40, amount=1000)  # due on 21 May
        self.run_fees(date(2026, 6, 1))
        first = self.claims_of(invoice)
        self.assertRecordValues(
            first, [{"state": "charged", "amount": 10.0, "date_to": date(2026, 5, 31)}]
        )
        self.run_fees(date(2026, 6, 15))
        self.run_fees(date(2026, 6, 15))
        second = self.claims_of(invoice) - first
        self.assertRecordValues(second, [{"state": "accrued", "amount": 15.0}])
        self.pay(invoice, 30)
        self.run_fees()
        self.assertRecordValues(
            self.claims_of(invoice),
            [{"state": "charged", "amount": 10.0}, {"state": "charged", "amount": 20.0}],
        )
        self.run_fees(TODAY + timedelta(days=60))
        self.assertEqual(len(self.claims_of(invoice)), 2)
        self.assertEqual(len(self.claims_of(invoice).charge_move_id), 2)

    def test_interest_is_still_claimed_after_the_principal_is_paid(self):
        self.fees.charging = "on_payment"
        invoice = self.late_invoice(40, amount=1000)
        self.run_fees(TODAY - timedelta(days=20))
        self.assertEqual(self.claims_of(invoice).state, "accrued")
        self.pay(invoice, 35)
        self.run_fees()
        self.assertRecordValues(self.claims_of(invoice), [{"state": "charged", "amount": 35.0}])

    def test_late_and_paid_between_two_runs(self):
        self.fees.charging = "on_payment"
        invoice = self.late_invoice(10, amount=1000)
        self.pay(invoice, 2)
        self.run_fees()
        self.assertRecordValues(self.claims_of(invoice), [{"state": "charged", "amount": 2.0}])
        self.assertTrue(self.item(invoice).ar_late_fees_settled)

    def test_a_returned_payment_goes_on_and_claims_nothing_twice(self):
        self.fees.charging = "on_payment"
        invoice = self.late_invoice(20, amount=1000)
        self.pay(invoice, 5)
        self.run_fees(TODAY - timedelta(days=10))
        self.item(invoice).remove_move_reconcile()
        self.run_fees()
        claims = self.claims_of(invoice)
        self.assertEqual(claims.mapped("state"), ["charged", "accrued"])
        self.assertEqual(sum(claims.mapped("amount")), 20.0)
        self.assertFalse(self.item(invoice).ar_late_fees_settled)

    def test_credited_in_full_drops_what_accrued(self):
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        invoice._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.run_fees(TODAY + timedelta(days=1))
        self.assertFalse(self.claims_of(invoice))

    def test_who_is_left_out(self):
        exempt = self.partner_a.copy({"name": "Exempt"})
        exempt.with_company(self.company).ar_late_fee_exempt = True
        person = self.partner_a.copy({"name": "Person", "is_company": False})
        early, blocked, fine = (
            self.late_invoice(181),
            self.late_invoice(10),
            self.late_invoice(10),
        )
        blocked.no_followup = True
        for partner in (exempt, person):
            self.late_invoice(10, partner)
        self.run_fees()
        claims = self.env["ar.late.fee"].search([("company_id", "=", self.company.id)])
        self.assertEqual(claims.move_id, fine)
        self.assertTrue(early and blocked)

    def test_days_of_grace_cost_nothing_and_then_everything(self):
        self.fees.grace_days = 10
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        self.assertFalse(self.claims_of(invoice))
        self.run_fees(TODAY + timedelta(days=1))
        self.assertEqual(self.claims_of(invoice).amount, 11.0)

    def test_below_the_minimum_waits_and_is_given_up_once_paid(self):
        self.fees.write({"charging": "debit_note", "minimum_amount": 25})
        invoice = self.late_invoice(40, amount=1000)
        self.run_fees(date(2026, 6, 1))
        self.assertEqual(self.claims_of(invoice).state, "accrued")
        small = self.late_invoice(40, amount=100)
        self.pay(small, 30)
        self.run_fees()
        self.assertEqual(self.claims_of(small).state, "waived")
        self.assertIn("minimum", self.claims_of(small).waive_reason)

    def test_a_switched_off_policy_counts_nothing(self):
        self.fees.is_enabled = False
        job = self.env["ar.job.collections.late.fees"]
        self.assertFalse(job._job_is_enabled(self.company))
        invoice = self.late_invoice(10)
        self.run_fees()
        self.assertFalse(self.claims_of(invoice))

    def test_simulation_changes_nothing(self):
        self.fees.charging = "debit_note"
        invoice = self.late_invoice(40, amount=1000)
        self.run_fees(dry_run=True)
        self.assertFalse(self.claims_of(invoice))

    def test_a_missing_rate_stops_that_customer_alone(self):
        contract = self.regime.copy({"name": "Not yet agreed"})
        contract.rate_ids.unlink()
        self.partner_b.with_company(self.company).ar_interest_regime_id = contract
        bad, good = self.late_invoice(10, self.partner_b), self.late_invoice(10)
        run = self.run_fees()
        self.assertFalse(self.claims_of(bad))
        self.assertTrue(self.claims_of(good))
        failed = run.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.res_id, self.partner_b.id)
        self.assertIn("Not yet agreed", failed.message)

    def test_statements_do_not_grow_with_the_customers(self):
        def count(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            LateFeeAccrual(self.fees.sudo(), TODAY).accrue(partners.sudo())
            self.env.flush_all()
            return self.cr.sql_log_count - before

        partners = self.partner_a.browse()
        for number in range(12):
            partner = self.partner_a.copy({"name": f"Late {number}"})
            self.late_invoice(10 + number, partner)
            partners |= partner
        count(partners)
        self.assertLessEqual(count(partners), count(partners[:2]))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSums(LateFeeCommon):
    """Fixed sums and fees, each once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees.write({"has_fixed_sum": True, "has_interest": False})

    def test_the_fixed_sum_of_each_item_once_by_its_size(self):
        small, big = self.late_invoice(5, amount=999.99), self.late_invoice(5, amount=1000)
        for _n in range(2):
            self.run_fees()
        self.assertRecordValues(
            self.claims_of(small) + self.claims_of(big),
            [{"kind": "fixed_sum", "amount": 40.0}, {"kind": "fixed_sum", "amount": 70.0}],
        )

    def test_a_waived_sum_is_not_claimed_again(self):
        invoice = self.late_invoice(5)
        self.run_fees()
        self.claims_of(invoice).ar_waive("Good customer")
        self.run_fees(TODAY + timedelta(days=1))
        self.assertEqual(self.claims_of(invoice).mapped("state"), ["waived"])

    def test_in_the_currency_of_the_debt(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.late_invoice(5, amount=100, currency_id=currency.id)
        self.run_fees()
        self.assertRecordValues(
            self.claims_of(invoice), [{"amount": 80.0, "currency_id": currency.id}]
        )

    def test_the_fee_of_a_reminder_once_or_for_each_invoice(self):
        self.fees.has_fixed_sum = False
        for per, expected in (("notice", [5.0]), ("item", [5.0, 5.0])):
            self.levels[0].write({"fee_amount": 5.0, "fee_per": per})
            partner = self.partner_a.copy({"name": per, "email": "x@example.com"})
            invoices = self.late_invoice(5, partner) + self.late_invoice(6, partner)
            self.run_day()
            for _n in range(2):
                self.run_fees()
            claims = self.env["ar.late.fee"].search([("move_id", "in", invoices.ids)])
            self.assertEqual(claims.mapped("amount"), expected, per)
            self.assertEqual(set(claims.mapped("kind")), {"reminder"})


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCharging(LateFeeCommon):
    """Debit notes, and what becomes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees.write({"charging": "on_payment", "has_fixed_sum": True})

    def charged(self, days_late=20, partner=None):
        invoice = self.late_invoice(30, partner, amount=1000)
        self.pay(invoice, days_late)
        self.run_fees()
        return self.claims_of(invoice)

    def test_one_debit_note_per_customer_without_tax_and_with_the_calculation(self):
        first, second = self.late_invoice(30, amount=1000), self.late_invoice(30, amount=500)
        self.pay(first, 20)
        self.pay(second, 10)
        self.run_fees()
        move = (self.claims_of(first) | self.claims_of(second)).charge_move_id
        self.assertEqual(len(move), 1)
        self.assertEqual((move.state, move.move_type), ("posted", "out_invoice"))
        self.assertTrue(move.ar_is_late_fee)
        self.assertEqual(move.amount_total, 20 + 5 + 70 + 40)
        self.assertEqual(move.amount_tax, 0)
        self.assertFalse(move.invoice_line_ids.tax_ids)
        for text in (first.name, "36.5", "20", "1,000.00"):
            self.assertIn(text, move.narration)

    def test_account_and_taxes_of_the_policy(self):
        account = self.company_data["default_account_revenue"].copy()
        tax = self.company_data["default_tax_sale"]
        self.fees.write({"account_id": account.id, "tax_ids": tax.ids, "is_posted": False})
        lines = self.charged().charge_move_id.invoice_line_ids
        self.assertEqual(lines.account_id, account)
        self.assertEqual(lines.tax_ids, tax)
        self.assertEqual(lines.move_id.state, "draft")

    def test_no_interest_on_interest(self):
        move = self.charged().charge_move_id
        line = self.item(move)
        found = line.ar_interest(TODAY + timedelta(days=100))
        self.assertEqual(found[line.id]["amount"], 0)
        self.run_fees(TODAY + timedelta(days=100))
        self.assertFalse(self.claims_of(move))

    def test_paid_with_the_debit_note(self):
        claims = self.charged()
        self._register_payment(claims.charge_move_id)
        self.assertEqual(set(claims.mapped("state")), {"paid"})
        with self.assertRaises(UserError):
            claims.ar_waive("too late")

    def test_a_deleted_or_cancelled_draft_is_charged_anew(self):
        self.fees.is_posted = False
        claims = self.charged()
        claims.charge_move_id.unlink()
        self.assertEqual(set(claims.mapped("state")), {"accrued"})
        move = claims.ar_charge()
        self.assertEqual(claims.charge_move_id, move)
        move.button_cancel()
        self.assertEqual(set(claims.mapped("state")), {"accrued"})

    def test_crediting_the_debit_note_waives_it(self):
        claims = self.charged()
        refund = claims.charge_move_id._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.assertEqual(set(claims.mapped("state")), {"waived"})
        self.assertIn(refund.name, claims[0].waive_reason)
        self.run_fees(TODAY + timedelta(days=9))
        self.assertEqual(set(claims.mapped("state")), {"waived"})

    def test_waiving_takes_lines_off_a_draft(self):
        self.fees.is_posted = False
        claims = self.charged()
        move, fixed = claims.charge_move_id, claims.filtered(lambda c: c.kind == "fixed_sum")
        fixed.ar_waive("Agreed by phone")
        self.assertEqual(move.amount_total, 20.0)
        self.assertRecordValues(
            fixed,
            [
                {
                    "state": "waived",
                    "waive_reason": "Agreed by phone",
                    "waived_by_id": self.env.user.id,
                }
            ],
        )
        (claims - fixed).ar_waive("The rest, too")
        self.assertFalse(move.exists())

    def test_waiving_credits_a_posted_debit_note_as_a_whole(self):
        claims = self.charged()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            claims[0].ar_waive("only this")
        claims.ar_waive("Our mistake")
        self.assertEqual(claims.charge_move_id.payment_state, "reversed")
        self.assertEqual(set(claims.mapped("waive_reason")), {"Our mistake"})

    def test_charging_twice_is_refused(self):
        claims = self.charged()
        with self.assertRaises(UserError):
            claims.ar_charge()

    def test_claims_are_kept(self):
        with self.assertRaises(UserError):
            self.charged().unlink()

    def test_the_trail_says_who_and_why(self):
        claims = self.charged()
        claims.ar_waive("Our mistake")
        events = self.env["ar.audit.event"].search(
            [("res_model", "=", "ar.late.fee"), ("res_id", "in", claims.ids)]
        )
        self.assertEqual(set(events.mapped("code")), {"late_fee.charged", "late_fee.waived"})

    def test_roles(self):
        users = {
            role: new_test_user(
                self.env, login=f"late_{role}", groups=GROUP + role, company_id=self.company.id
            )
            for role in ("collector", "supervisor", "auditor")
        }
        self.fees.charging = "memo"
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        interest, fixed = (
            self.claims_of(invoice).filtered(lambda c, kind=kind: c.kind == kind)
            for kind in ("interest", "fixed_sum")
        )
        with self.assertRaises(AccessError):
            interest.with_user(users["collector"]).ar_charge()
        with self.assertRaises(AccessError):
            interest.with_user(users["auditor"]).ar_waive("no")
        with self.assertRaises(AccessError):
            interest.with_user(users["supervisor"]).write({"amount": 1})
        interest.with_user(users["collector"]).ar_waive("Promised")
        self.assertEqual(interest.waived_by_id, users["collector"])
        fixed.with_user(users["supervisor"]).with_company(self.company).ar_charge()
        self.assertEqual(fixed.state, "charged")
        with self.assertRaises(AccessError):
            fixed.with_user(users["collector"]).ar_waive("no")
