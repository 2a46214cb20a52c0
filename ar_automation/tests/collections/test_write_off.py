from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY
from .writeoff_common import WriteoffCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestWriteOff(WriteoffCommon):
    """Asked for, approved by somebody else, booked to the cent, undone, recovered."""

    def balances(self, move):
        totals = {}
        for line in move.line_ids:
            totals[line.account_id] = totals.get(line.account_id, 0) + line.balance
        return {account: round(total, 2) for account, total in totals.items()}

    def test_without_relief_the_whole_is_the_loss(self):
        invoice = self.taxed_invoice()
        request = self.write_off(self.item(invoice), is_tax_relief=False)
        self.assertEqual(request.state, "booked")
        self.assertTrue(self.item(invoice).reconciled)
        self.assertEqual(self.balances(request.move_id)[self.loss], invoice.amount_total)
        self.assertEqual(request.tax_amount, invoice.amount_tax)

    def test_relief_takes_the_tax_back(self):
        invoice = self.taxed_invoice()
        request = self.write_off(self.item(invoice))
        tax_line = invoice.line_ids.filtered("tax_repartition_line_id")
        balances = self.balances(request.move_id)
        self.assertEqual(balances[self.loss], invoice.amount_untaxed)
        self.assertEqual(balances[tax_line.account_id], invoice.amount_tax)
        back = request.move_id.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(back.tax_repartition_line_id.document_type, "refund")
        self.assertFalse(invoice.amount_residual)
        self.assertFalse(request.move_id.line_ids.matched_credit_ids.exchange_move_id)

    def test_relief_on_what_is_left_after_a_payment(self):
        invoice = self.taxed_invoice()
        self._register_payment(invoice, amount=75.0, payment_date=TODAY, installments_mode="full")
        request = self.write_off(self.item(invoice))
        self.assertEqual(request.amount, 40.0)
        self.assertEqual(request.tax_amount, 5.22)
        self.assertEqual(self.balances(request.move_id)[self.loss], 34.78)
        self.assertTrue(self.item(invoice).reconciled)

    def test_foreign_currency_closes_without_a_difference(self):
        foreign = self.setup_other_currency("EUR", rates=[("2025-01-01", 3.0), (TODAY, 2.0)])
        invoice = self.taxed_invoice(currency_id=foreign.id)
        request = self.write_off(self.item(invoice))
        self.assertTrue(self.item(invoice).reconciled)
        self.assertFalse(self.item(invoice).amount_residual)
        self.assertAlmostEqual(request.amount, 115 / 3, 2)
        self.assertEqual(sum(request.move_id.line_ids.mapped("balance")), 0)
        self.assertFalse(self.item(invoice).matched_credit_ids.exchange_move_id)

    def test_requester_does_not_approve_alone(self):
        request = self.ask(self.item(self.late_invoice(200)), role="supervisor")
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.as_role("supervisor", request).action_approve()
        self.as_role("credit_manager", request).action_approve()
        self.assertEqual(request.state, "booked")

    def test_matrix_with_two_people(self):
        self.env["ar.credit.approval"].create(
            [
                {"company_id": self.company.id, "kind": "write_off", "amount_to": 50},
                {
                    "company_id": self.company.id,
                    "kind": "write_off",
                    "amount_from": 50,
                    "four_eyes": True,
                },
            ]
        )
        request = self.ask(self.item(self.late_invoice(200)))
        self.as_role("credit_manager", request).action_approve()
        self.assertEqual(request.state, "to_approve")
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_role("credit_manager", request).action_approve()
        self.as_role("supervisor", request).action_approve()
        self.assertEqual(request.state, "booked")
        self.assertEqual(request.first_approver_id, self.users["credit_manager"])

    def test_paid_meanwhile(self):
        invoice = self.late_invoice(200)
        request = self.ask(self.item(invoice))
        self._register_payment(invoice, amount=30.0, installments_mode="full")
        with self.assertRaisesRegex(UserError, "70.00"):
            self.as_role("supervisor", request).action_approve()
        self.as_role("supervisor", request).ar_reject("Not yet")
        self.assertEqual(self.ask(self.item(invoice)).amount, 70.0)

    def test_who_asked_learns_why_it_was_rejected(self):
        why = "The insurer pays a part"
        request = self.ask(self.item(self.late_invoice(200)))
        action = self.as_role("credit_manager", request).action_reject()
        wizards = self.as_role("credit_manager", self.env["ar.writeoff.reject"])
        with Form(wizards.with_context(**action["context"])) as form:
            form.reason = why
        form.record.action_confirm()
        self.assertEqual((request.state, request.reject_reason), ("rejected", why))
        message = request.message_ids.filtered(lambda one: why in (one.body or ""))
        self.assertEqual(message.partner_ids, self.users["collector"].partner_id)
        with self.assertRaises(UserError):
            self.as_role("credit_manager", request).action_reject()

    def test_who_does_not_decide_is_not_asked_for_a_reason(self):
        request = self.ask(self.item(self.late_invoice(200)), role="supervisor")
        with self.assertRaisesRegex(AccessError, "not yours"):
            self.as_role("collector", request).action_reject()

    def test_a_recovery_needs_a_payment(self):
        request = self.ask(self.item(self.late_invoice(200)))
        self.as_role("supervisor", request).action_approve()
        context = request.action_recover()["context"]
        wizards = self.env["ar.writeoff.recover"].with_context(**context)
        self.assertFalse(Form(wizards).has_credit, "the dialog says what to do first")
        credit = self.credit_of(10)
        with Form(wizards) as form:
            self.assertTrue(form.has_credit)
            form.credit_id = credit
        form.record.action_confirm()
        self.assertEqual(request.recovered_amount, 10.0)

    def test_asked_once_at_a_time(self):
        item = self.item(self.late_invoice(200))
        self.ask(item)
        with self.assertRaisesRegex(UserError, "Asked for already"):
            self.ask(item)

    def test_wrong_items(self):
        paid = self.late_invoice(200)
        self._register_payment(paid)
        two = self.late_invoice(9) + self.late_invoice(9, partner=self.partner_b)
        nothing = self.env["account.move.line"]
        for items in (self.item(paid), self.credit_of(10), nothing, two.line_ids):
            with self.assertRaises(UserError):
                self.ask(items)

    def test_closed_period(self):
        request = self.ask(self.item(self.late_invoice(200)), date=TODAY - timedelta(days=40))
        self.company.fiscalyear_lock_date = TODAY - timedelta(days=30)
        with self.assertRaisesRegex(UserError, "closed"):
            self.as_role("supervisor", request).action_approve()
        self.assertEqual(request.state, "to_approve")

    def test_undo(self):
        invoice = self.taxed_invoice()
        request = self.write_off(self.item(invoice))
        self.as_role("supervisor", request).ar_undo()
        self.assertEqual(request.state, "undone")
        self.assertEqual(invoice.amount_residual, invoice.amount_total)
        both = request.move_id + request.reversal_id
        self.assertTrue(all(not total for total in self.balances(both).values()))
        with self.assertRaises(UserError):
            self.as_role("supervisor", request).ar_undo()
        self.assertEqual(self.write_off(self.item(invoice)).state, "booked")

    def test_recovery_in_two_parts_gives_the_tax_back_to_the_cent(self):
        invoice = self.taxed_invoice()
        request = self.write_off(self.item(invoice))
        first = self.as_role("supervisor", request).ar_recover(self.credit_of(33.33))
        credit = self.credit_of(100)
        with Form(
            self.as_role("supervisor", self.env["ar.writeoff.recover"]).with_context(
                **request.action_recover()["context"]
            )
        ) as form:
            form.credit_id = credit
        self.assertEqual(form.record.amount, 81.67)
        form.record.action_confirm()
        self.assertEqual(request.recovered_amount, 115.0)
        moves = request.recovery_move_ids
        self.assertIn(first.with_env(self.env), moves)
        balances = self.balances(moves)
        self.assertEqual(balances[self.income], -100.0)
        self.assertEqual(credit.amount_residual, -18.33)
        tax_account = invoice.line_ids.filtered("tax_repartition_line_id").account_id
        self.assertFalse(self.balances(moves + request.move_id)[tax_account])
        with self.assertRaisesRegex(UserError, "came in"):
            self.as_role("supervisor", request).ar_undo()
        with self.assertRaises(UserError):
            self.as_role("supervisor", request).ar_recover(self.credit_of(5), 5)

    def test_roles(self):
        item = self.item(self.late_invoice(200))
        with self.assertRaises(AccessError):
            self.ask(item, role="auditor")
        request = self.ask(item)
        with self.assertRaises(UserError):
            self.as_role("collector", request).action_approve()
        for role in ("collector", "credit_manager", "supervisor", "auditor"):
            with self.assertRaises(AccessError):
                self.as_role(role, request).write({"state": "booked"})
            self.as_role(role, request).web_read({"name": {}, "recovered_amount": {}})
        self.as_role("supervisor", request).action_approve()
        with self.assertRaises(AccessError):
            self.as_role("credit_manager", request).ar_undo()

    def test_screens(self):
        invoices = self.late_invoice(200) + self.late_invoice(100, partner=self.partner_b)
        action = invoices.action_ar_write_off()
        wizard = self.as_role("collector", self.env["ar.writeoff.ask"])
        with Form(wizard.with_context(**action["context"])) as form:
            form.reason_id = self.bankrupt
            self.assertTrue(form.is_tax_relief)
            form.note = "Nothing left"
        form.record.action_confirm()
        requests = self.env["ar.writeoff.request"].search([("note", "=", "Nothing left")])
        self.assertEqual(requests.partner_id, self.partner_a + self.partner_b)
        with Form(requests[0]) as form:
            self.assertIn("No reminder was sent", form.evidence)
        with Form(self.writeoffs) as form:
            form.small_amount = 4


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSmallBalances(WriteoffCommon):
    """The rule, by hand and by night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.writeoffs.write({"small_amount": 10, "small_days": 90, "small_cap": 12})

    def run_job(self):
        return self.env["ar.job.collections.writeoff"].ar_run_job(self.company, TODAY)

    def found(self):
        return self.env["ar.writeoff.request"].search([("is_small", "=", True)])

    def test_proposed_once(self):
        old = self.late_invoice(200, amount=8)
        young, large = self.late_invoice(20, amount=8), self.late_invoice(200, amount=10)
        self.late_invoice(150, amount=7)
        self.run_job()
        request = self.found()
        self.assertEqual(request.line_ids.move_id, old)
        self.assertEqual(request.state, "to_approve")
        self.run_job()
        self.assertEqual(self.found(), request)
        self.as_role("supervisor", request).ar_reject("Not yet")
        self.assertFalse(self.env["ar.writeoff.request"].ar_propose(self.company, TODAY) & request)
        self.assertFalse((young + large).line_ids & self.found().line_ids.move_line_id)

    def test_booked_by_policy(self):
        self.writeoffs.small_mode = "book"
        first, second = (
            self.late_invoice(200, amount=8),
            self.late_invoice(200, amount=9, partner=self.partner_b),
        )
        run = self.run_job()
        self.assertEqual(set(self.found().mapped("state")), {"booked"})
        self.assertEqual((first + second).mapped("amount_residual"), [0, 0])
        self.assertEqual(set(run.line_ids.mapped("kind")), {"written_off"})

    def test_left_in_peace(self):
        held = self.late_invoice(200, amount=3)
        self.env["ar.collection.hold"].ar_hold(self.item(held), "Asks")
        disputed = self.late_invoice(200, amount=3)
        self.item(disputed).ar_disputed_amount = 1
        self.assertFalse(self.env["ar.writeoff.request"].ar_propose(self.company, TODAY))

    def test_who_proposes(self):
        with self.assertRaises(AccessError):
            self.as_role("collector", self.env["ar.writeoff.request"]).ar_propose(self.company)

    def test_off_by_default(self):
        self.writeoffs.small_amount = 0
        self.late_invoice(200, amount=1)
        self.assertFalse(self.env["ar.writeoff.request"].ar_propose(self.company, TODAY))
        self.assertFalse(self.run_job().line_ids)
