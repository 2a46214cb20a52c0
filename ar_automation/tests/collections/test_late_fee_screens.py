from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import TODAY
from .late_fee_common import LateFeeCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestLateFeeScreens(LateFeeCommon):
    """What people click and read."""

    def test_policy(self):
        policies = self.env["ar.late.fee.policy"].with_company(self.company)
        action = policies.action_open_policy()
        with Form(policies.browse(action["res_id"])) as form:
            form.charging = "debit_note"
            form.minimum_amount = 5
        self.assertEqual(self.fees.charging, "debit_note")

    def test_regime(self):
        with Form(self.env["ar.interest.regime"]) as form:
            form.name = "Contract with Azure"
            form.margin = 12
            with form.rate_ids.new() as rate:
                rate.valid_from = date(2026, 1, 1)
                rate.percent = 0
            with form.fixed_sum_ids.new() as tier:
                tier.amount = 25
        self.assertEqual(form.record.current_percent, 12.0)
        self.assertFalse(form.record.is_outdated)

    def test_claim_with_its_calculation_and_the_waive_dialog(self):
        invoice = self.late_invoice(10, amount=1000)
        self.pay(invoice, 4, 500)
        self.run_fees()
        claim = self.claims_of(invoice)
        with Form(claim) as form:
            self.assertIn("500.00", form.calculation)
        action = claim.action_waive()
        with Form(self.env["ar.late.fee.waive"].with_context(**action["context"])) as form:
            form.reason = "Good will"
        form.record.action_confirm()
        self.assertEqual(claim.state, "waived")

    def test_charge_by_hand(self):
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        action = self.claims_of(invoice).action_charge()
        self.assertEqual(action["res_model"], "account.move")
        move = self.claims_of(invoice).charge_move_id
        self.assertEqual(move.amount_total, 10.0)
        self.assertEqual(move.action_ar_view_late_fees()["domain"][0][0], "charge_move_id")
        self.assertEqual(move.ar_late_fee_amount, 10.0, "the debit note shows what it charges")

    def charge_two(self):
        invoices = [self.late_invoice(days, amount=1000) for days in (10, 5)]
        self.run_fees()
        claims = self.claims_of(invoices[0]) | self.claims_of(invoices[1])
        claims.ar_charge()
        return claims

    def test_waiving_one_claim_of_a_posted_debit_note_offers_all_of_them(self):
        claims = self.charge_two()
        self.assertEqual(len(claims.charge_move_id), 1)
        action = claims[0].action_waive()
        with Form(self.env["ar.late.fee.waive"].with_context(**action["context"])) as form:
            self.assertEqual(form.debit_note_names, claims.charge_move_id.name)
            form.reason = "Our own mistake"
        form.record.action_confirm()
        self.assertEqual(set(claims.mapped("state")), {"waived"})

    def test_who_may_not_waive_learns_it_before_giving_a_reason(self):
        claims = self.charge_two()
        user = new_test_user(
            self.env,
            login="late_waiver",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
        )
        with self.assertRaisesRegex(AccessError, "supervisors what is charged"):
            claims[0].with_user(user).action_waive()
        claims.ar_waive("Our own mistake")
        with self.assertRaises(UserError):
            claims.action_waive()

    def test_customer_and_invoice_show_what_was_claimed(self):
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        with Form(self.partner_a.with_company(self.company)) as form:
            self.assertEqual(form.ar_late_fee_count, 1)
        with Form(invoice) as form:
            self.assertEqual(form.ar_late_fee_amount, 10.0)
        found = self.env["ar.late.fee"].search(self.partner_a.action_ar_view_late_fees()["domain"])
        self.assertEqual(found, self.claims_of(invoice))

    def test_reminders_say_what_lateness_costs_if_the_policy_wants_it(self):
        self.late_invoice(10, amount=1000)
        notice = self.run_day(dry_run=True).notice_ids
        self.assertNotIn("Late interest", notice.body)
        self.fees.has_notice_amount = True
        notice = self.run_day(dry_run=True).notice_ids
        self.assertIn("Late interest", notice.body)
        self.assertIn("10.00", notice.body)

    def test_reminders_do_not_tell_again_what_was_charged(self):
        self.fees.has_notice_amount = True
        invoice = self.late_invoice(10, amount=1000)
        self.run_fees()
        self.claims_of(invoice).ar_charge()
        notice = self.run_day(dry_run=True).notice_ids
        self.assertNotIn("Late interest", notice.body)

    def test_a_collector_opens_every_screen(self):
        invoice = self.late_invoice(10)
        self.run_fees()
        user = new_test_user(
            self.env,
            login="late_reader",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
        )
        for record in (self.claims_of(invoice), self.regime, self.partner_a):
            record.with_user(user).with_company(self.company).web_read(
                {"display_name": {}, "id": {}}
            )
        self.assertIn("36.5", self.claims_of(invoice).with_user(user).calculation)
