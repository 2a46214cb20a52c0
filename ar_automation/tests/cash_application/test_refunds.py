"""Open credit that is paid back, from the request to the payment, and back."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .cash_case import CashCase

COLLECTOR = "ar_automation.ar_automation_group_collector"
SUPERVISOR = "ar_automation.ar_automation_group_supervisor"


@tagged("post_install", "-at_install")
class TestRefunds(CashCase):
    def setUp(self):
        super().setUp()
        self.account_of_customer = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.partner_a.id,
                "allow_out_payment": True,
            }
        )
        self.credit = self.on_account(130)
        companies = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        self.collector = new_test_user(self.env, "refund_collector", COLLECTOR, **companies)
        self.first = new_test_user(self.env, "refund_first", SUPERVISOR, **companies)
        self.second = new_test_user(self.env, "refund_second", SUPERVISOR, **companies)

    def on_account(self, amount):
        line = self.pay(amount, "advance")
        line.ar_book({"items": {}, "action": "on_account", "partner_id": self.partner_a.id})
        return line.line_ids.filtered(lambda item: item.account_id == self.receivable)

    def request(self, user=None, **options):
        asking = self.env["ar.credit.refund"].with_user(user or self.collector)
        credit = self.credit.with_user(user or self.collector)
        return asking.ar_request(credit, "Paid twice", **options).with_env(self.env)

    def test_from_the_request_to_the_payment_and_back(self):
        refund = self.request()
        self.assertEqual((refund.state, refund.amount), ("to_approve", 130))
        refund.with_user(self.first).action_approve()
        payment = refund.payment_id
        self.assertRecordValues(
            payment,
            [
                {
                    "state": "draft",
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "amount": 130,
                    "partner_bank_id": self.account_of_customer.id,
                    "memo": "Paid twice",
                }
            ],
        )
        self.assertEqual(refund.state, "prepared")
        payment.action_post()
        self.assertEqual((refund.state, self.credit.amount_residual), ("paid", 0))
        self.assertRecordValues(
            payment.move_id.line_ids.sorted("balance"),
            [
                {"account_id": payment.outstanding_account_id.id, "balance": -130},
                {"account_id": self.receivable.id, "balance": 130},
            ],
        )
        codes = self.env["ar.audit.event"].search([("res_model", "=", refund._name)]).mapped("code")
        self.assertIn("cash_application.refund_paid", codes)
        refund.with_user(self.first).action_undo()
        self.assertEqual((refund.state, self.credit.amount_residual), ("to_approve", -130))
        self.assertFalse(payment.exists())

    def test_the_banks_line_clears_the_payment_and_then_it_cannot_be_undone(self):
        refund = self.request()
        refund.with_user(self.first).action_approve()
        refund.payment_id.action_post()
        waiting = refund.payment_id.move_id.line_ids.filtered(
            lambda item: item.account_id == refund.payment_id.outstanding_account_id
        )
        line = self.pay(-130, "Paid twice")
        line.ar_book({"items": {waiting.id: -130.0}, "action": "full"})
        self.assert_entry(line, (waiting.account_id, 130, 130, self.partner_a))
        self.assertTrue(refund.payment_id.is_matched)
        with self.assertRaisesRegex(UserError, "The bank has paid"):
            refund.with_user(self.first).action_undo()
        line.ar_unbook()
        refund.with_user(self.first).action_undo()
        self.assertEqual((refund.state, self.credit.amount_residual), ("to_approve", -130))

    def test_a_part_of_it(self):
        refund = self.request(amount=50)
        refund.with_user(self.first).action_approve()
        refund.payment_id.action_post()
        self.assertEqual(self.credit.amount_residual, -80)

    def test_nobody_approves_his_own_beyond_the_policys_amount(self):
        refund = self.request(self.first)
        with self.assertRaisesRegex(UserError, "another supervisor"):
            refund.with_user(self.first).action_approve()
        self.policy.refund_alone_amount = 130
        refund.with_user(self.first).action_approve()
        self.assertEqual(refund.decided_by_id, self.first)

    def test_a_collector_asks_and_does_not_decide(self):
        refund = self.request()
        for action in ("action_approve", "action_refuse", "action_prepare", "action_undo"):
            with self.assertRaises(AccessError):
                getattr(refund.with_user(self.collector), action)()
        outsider = new_test_user(self.env, "refund_outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.request(outsider)

    def test_nobody_gets_around_the_second_person(self):
        self.account_of_customer.unlink()
        mine = self.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": self.partner_a.id}
        )
        refund = self.request(self.first).with_user(self.first)
        refund.sudo().bank_account_id = False
        for vals in ({"state": "approved"}, {"amount": 9}, {"requested_by_id": self.second.id}):
            with self.assertRaisesRegex(AccessError, "not edited"):
                refund.write(vals)
        refund.with_user(self.second).action_approve()
        with self.assertRaisesRegex(UserError, "another supervisor"):
            refund.bank_account_id = mine
        refund.with_user(self.second).bank_account_id = mine
        refund.with_user(self.second).action_prepare()
        with self.assertRaisesRegex(UserError, "prepared already"):
            refund.with_user(self.second).bank_account_id = False

    def test_refused(self):
        refund = self.request()
        refund.with_user(self.first).action_refuse()
        self.assertEqual(refund.state, "refused")
        with self.assertRaisesRegex(UserError, "cannot become"):
            refund.with_user(self.first).action_approve()
        self.assertEqual(self.request().state, "to_approve")

    def test_a_credit_under_way_is_reserved(self):
        self.request()
        with self.assertRaisesRegex(UserError, "to be paid back already"):
            self.request()
        self.policy.credit_mode = "oldest"
        invoice = self.invoice(100)
        self.env["ar.job.cash_application.credits"].ar_run_job(self.company)
        self.assertEqual(self.open_of(invoice), 100)

    def test_a_credit_that_was_used_meanwhile(self):
        refund = self.request()
        refund.with_user(self.first).action_approve()
        invoice = self.invoice(100)
        (self.credit | self.receivable_of(invoice)).reconcile()
        with self.assertRaisesRegex(UserError, "only .* is open"):
            refund.payment_id.action_post()

    def test_without_a_bank_account_the_approver_is_asked_for_it(self):
        self.account_of_customer.unlink()
        refund = self.request().with_user(self.first)
        refund.action_approve()
        self.assertEqual((refund.state, refund.payment_id.id), ("approved", False))
        with self.assertRaisesRegex(UserError, "bank account"):
            refund.action_prepare()
        account = self.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": self.partner_a.id}
        )
        with Form(refund) as form:
            form.bank_account_id = account
        refund.action_prepare()
        self.assertEqual(refund.payment_id.partner_bank_id, account)

    def test_the_refund_follows_its_payment(self):
        refund = self.request()
        refund.with_user(self.first).action_approve()
        payment = refund.payment_id
        payment.action_post()
        payment.action_draft()
        self.assertEqual((refund.state, self.credit.amount_residual), ("prepared", -130))
        payment.action_post()
        self.assertEqual((refund.state, self.credit.amount_residual), ("paid", 0))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual((refund.state, refund.payment_id.id), ("approved", False))
        refund.with_user(self.first).action_prepare()
        refund.payment_id.unlink()
        self.assertEqual(refund.state, "approved")

    def test_credits_must_fit_together(self):
        other = self.invoice(30, partner=self.partner_b, move_type="out_refund")
        refunds = self.env["ar.credit.refund"]
        with self.assertRaisesRegex(UserError, "one customer"):
            refunds.ar_request(self.credit | self.receivable_of(other), "x")
        with self.assertRaisesRegex(UserError, "open credits only"):
            refunds.ar_request(self.receivable_of(self.invoice(30)), "x")
        with self.assertRaisesRegex(UserError, "only .* is open"):
            refunds.ar_request(self.credit, "x", amount=131)

    def test_a_credit_in_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        note = self.invoice(200, move_type="out_refund", currency_id=euro.id)
        refund = self.env["ar.credit.refund"].ar_request(self.receivable_of(note), "Returned")
        refund.with_user(self.first).action_approve()
        self.assertEqual((refund.payment_id.currency_id, refund.payment_id.amount), (euro, 200))
        refund.payment_id.action_post()
        self.assertEqual(note.amount_residual, 0)

    def test_from_the_list_and_from_the_customer(self):
        action = self.credit.action_ar_request_refund()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual((form.amount, form.bank_account_id), (130, self.account_of_customer))
        form.reason = "Asked for it"
        form.amount = 30
        request = form.save()
        refund = self.env["ar.credit.refund"].browse(request.action_request()["res_id"])
        self.assertEqual((refund.amount, refund.partner_id), (30, self.partner_a))
        self.assertTrue(self.partner_a.with_company(self.company).action_ar_request_refund())
        with self.assertRaisesRegex(UserError, "no open credit"):
            self.partner_b.with_company(self.company).action_ar_request_refund()

    @freeze_time("2026-05-05")
    def test_ageing(self):
        self.receivable_of(self.invoice(20, move_type="out_refund", invoice_date="2026-05-01"))
        report = self.env["ar.unapplied.cash"]
        groups = report._read_group(
            [("partner_id", "=", self.partner_a.id)], ["bucket", "kind"], ["amount:sum"]
        )
        self.assertEqual(sorted(groups), [("1", "credit_note", 20), ("3", "payment", 130)])
