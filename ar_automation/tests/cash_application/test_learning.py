from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestLearning(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.memory = cls.env["ar.match.memory"]
        cls.env["account.reconcile.model"].search([]).active = False

    def invoice(self, amount, partner=None):
        return self._create_invoice_one_line(
            price_unit=amount, partner_id=partner or self.partner_a, tax_ids=[], post=True
        )

    def pay(self, amount, text, **vals):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.journal.id,
                "amount": amount,
                "payment_ref": text,
                "date": "2026-03-02",
                **vals,
            }
        )

    def match_by_hand(self, line, invoice):
        """As any other screen does it: the suspense line becomes the customer's payment."""
        _liquidity, suspense, _other = line._seek_for_lines()
        item = invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        line.partner_id = invoice.partner_id
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.with_context(skip_account_move_synchronization=True).account_id = item.account_id
        (suspense | item).reconcile()

    def book_by_hand(self, line, account):
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.with_context(skip_account_move_synchronization=True).account_id = account
        line.invalidate_recordset(["is_reconciled"])
        self.assertTrue(line.is_reconciled)

    def learn(self):
        self.pay(0.01, "zz").ar_apply_cash()

    def known(self, kind):
        return self.memory.search([("company_id", "=", self.company.id), ("kind", "=", kind)])

    def test_a_match_by_hand_teaches_account_name_and_habit(self):
        invoice = self.invoice(123.47)
        line = self.pay(
            123.47,
            f"RG-{invoice.name.rpartition('/')[2]}",
            partner_name="Erika Musterfrau",
            account_number="DE02120300000000202051",
        )
        self.match_by_hand(line, invoice)
        self.learn()
        self.assertEqual(self.known("payer_account").partner_id, self.partner_a)
        self.assertEqual(self.known("payer_name").key, "ERIKA MUSTERFRAU")
        self.assertEqual(self.known("reference").key, "RG{counter}")
        self.assertIn("RG-", self.known("reference").evidence)
        self.assertTrue(line.ar_learnt)

    def test_the_learnt_name_pays_for_the_customer(self):
        self.memory.create(
            {"kind": "payer_name", "pattern": "Erika Musterfrau", "partner_id": self.partner_a.id}
        )
        self.invoice(123.47)
        line = self.pay(123.47, "thanks", partner_name="MUSTERFRAU, ERIKA")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)

    def test_the_learnt_account_pays_for_the_customer_until_it_is_forgotten(self):
        fact = self.memory.create(
            {"kind": "payer_account", "pattern": "DE02 1203", "partner_id": self.partner_a.id}
        )
        invoice = self.invoice(123.47)
        line = self.pay(123.47, "thanks", account_number="DE021203")
        found = line.ar_apply_cash(dry_run=True)[line.id]
        self.assertTrue(found[0]["book"])
        self.assertIn("has paid for this customer before", " ".join(found[0]["evidence"]))
        fact.action_forget()
        self.assertFalse(any(one["book"] for one in line.ar_apply_cash(dry_run=True)[line.id]))
        self.assertEqual(invoice.amount_residual, 123.47)

    def test_what_history_says_can_be_forgotten_too(self):
        invoice = self.invoice(55.31)
        line = self.pay(55.31, "x", account_number="DE77", partner_name="Someone")
        self.match_by_hand(line, invoice)
        self.learn()
        self.known("payer_account").action_forget()
        self.invoice(123.47)
        again = self.pay(123.47, "thanks", account_number="DE77")
        self.assertFalse(any(one["book"] for one in again.ar_apply_cash(dry_run=True)[again.id]))

    def test_a_habit_names_the_invoice_for_that_customer_only(self):
        for partner in (self.partner_a, self.partner_b):
            self.memory.create(
                {"kind": "payer_account", "pattern": f"DE{partner.id}", "partner_id": partner.id}
            )
        self.memory.create(
            {"kind": "reference", "pattern": "RG{counter}", "partner_id": self.partner_a.id}
        )
        first, second = self.invoice(100), self.invoice(100)
        text = f"RG {second.name.rpartition('/')[2]}"
        line = self.pay(100, text, account_number=f"DE{self.partner_a.id}")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual((first.amount_residual, second.amount_residual), (100, 0))
        other = self.pay(100, text, account_number=f"DE{self.partner_b.id}")
        self.assertEqual(other.ar_apply_cash()["matched"], 0)

    def test_an_accepted_proposal_teaches_and_undo_takes_it_back(self):
        invoice = self.invoice(100)
        line = self.pay(98, invoice.name, account_number="DE99", partner_name="Payer Inc")
        line.ar_apply_cash()
        line.action_ar_apply_best()
        self.assertEqual(self.known("payer_account").hit_count, 1)
        habits = self.memory.ar_get_tolerance_habits(self.company, self.partner_a)
        self.assertEqual(habits, {self.partner_a.id: [("2", 1)]})
        line.action_ar_undo_match()
        self.assertFalse(self.known("payer_account"))
        self.assertFalse(self.known("tolerance"))

    def test_what_is_booked_elsewhere_becomes_no_customer_s_and_a_suggested_rule(self):
        income = self.company_data["default_account_revenue"]
        for month in range(1, 4):
            line = self.pay(3.5, f"INTEREST PAYMENT 0{month}/2026")
            self.book_by_hand(line, income)
            self.learn()
        action = self.env.ref("ar_automation.ar_suggested_rule_action")
        suggested = self.memory.search([*eval(action.domain), ("company_id", "=", self.company.id)])
        self.assertEqual((suggested.key, suggested.account_id), ("interest payment", income))
        self.invoice(3.5)
        line = self.pay(3.5, "Interest payment 04/2026")
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        self.assertIn("never a customer", line.ar_match_reason)
        rule = self.env["account.reconcile.model"].browse(suggested.action_accept()["res_id"])
        self.assertEqual((rule.trigger, rule.match_label_param), ("manual", "interest payment"))
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)
        self.assertFalse(self.memory.search(eval(action.domain)))

    def test_a_text_is_silenced_by_a_button(self):
        self.invoice(123.47)
        line = self.pay(123.47, "TAX REFUND 2025 office")
        line.action_ar_never_customer()
        self.assertEqual(line.ar_match_state, "unmatched")
        again = self.pay(123.47, "tax refund 2026 office")
        self.assertEqual(again.ar_apply_cash()["unmatched"], 1)
        with self.assertRaisesRegex(UserError, "no words"):
            self.pay(1, "4711").action_ar_never_customer()

    def test_sure_matches_are_no_lesson_of_people(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name, account_number="DE11", partner_name="Some Payer")
        line.ar_apply_cash()
        self.learn()
        self.assertFalse(self.known("payer_account"))
        self.assertFalse(line.ar_learnt)

    def test_another_company_knows_nothing_of_it(self):
        other = self.setup_other_company()["company"]
        self.memory.create(
            {
                "kind": "payer_account",
                "pattern": "DE021203",
                "partner_id": self.partner_a.id,
                "company_id": other.id,
            }
        )
        self.invoice(123.47)
        line = self.pay(123.47, "thanks", account_number="DE021203")
        self.assertFalse(any(one["book"] for one in line.ar_apply_cash(dry_run=True)[line.id]))
        user = new_test_user(
            self.env,
            login="memory_accountant",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(self.memory.with_user(user).search([("company_id", "=", other.id)]))

    def test_roles(self):
        user = new_test_user(
            self.env,
            login="memory_collector",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.memory.with_user(user).create(
                {"kind": "payer_name", "pattern": "Someone", "partner_id": self.partner_a.id}
            )

    def test_too_short_a_fact_is_refused(self):
        with self.assertRaisesRegex(UserError, "too short"):
            self.memory.create({"kind": "not_customer", "pattern": "12"})

    def test_hostile_texts_are_learnt_from_without_harm(self):
        income = self.company_data["default_account_revenue"]
        for text in ("%s %(x)s '; DROP TABLE res_partner; --", "a" * 10_000, "\u202e \x0b é"):
            self.book_by_hand(self.pay(5, text), income)
        self.learn()
        self.assertTrue(self.env["res.partner"].search_count([]))

    def test_the_list_can_be_edited(self):
        with Form(self.memory, "ar_automation.ar_match_memory_view_list") as form:
            form.kind = "payer_name"
            form.pattern = "Erika"
            form.partner_id = self.partner_a
        self.assertEqual(form.record.key, "ERIKA")
