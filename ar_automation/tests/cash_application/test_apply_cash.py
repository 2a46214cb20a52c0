from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestApplyCash(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.lines = cls.env["account.bank.statement.line"]

    def invoice(self, amount, partner=None, **vals):
        return self._create_invoice_one_line(
            price_unit=amount, partner_id=partner or self.partner_a, tax_ids=[], post=True, **vals
        )

    def pay(self, amount, text, **vals):
        return self.lines.create(
            {
                "journal_id": self.journal.id,
                "amount": amount,
                "payment_ref": text,
                "date": "2026-03-02",
                **vals,
            }
        )

    def open_of(self, invoice):
        return invoice.currency_id.round(invoice.amount_residual)

    def test_a_named_invoice_of_exactly_this_amount_is_booked_with_its_evidence(self):
        invoice = self.invoice(100)
        line = self.pay(100, f"Payment {invoice.name.replace('/', '-')}")
        self.assertEqual(line.ar_apply_cash(), {"matched": 1, "proposed": 0, "unmatched": 0})
        self.assertEqual(
            invoice.payment_state, self.env["account.move"]._get_invoice_in_payment_state()
        )
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.partner_id, self.partner_a)
        self.assertIn(invoice.name, line.ar_match_evidence)
        self.assertEqual(line.ar_proposal_ids.state, "applied")
        self.assertEqual(
            line.move_id.line_ids.filtered("balance").mapped("parent_state"), ["posted"] * 2
        )
        event = self.env["ar.audit.event"].search(
            [("code", "=", "cash_application.matched")], limit=1
        )
        self.assertEqual(event.res_id, line.id)

    def test_the_payment_reference_is_enough(self):
        invoice = self.invoice(100)
        invoice.payment_reference = "RF18 5390 0754 7034"
        line = self.pay(100, "rf18539007547034")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)

    def test_references_of_the_bank_file_count(self):
        invoice = self.invoice(100)
        line = self.pay(100, "thanks", transaction_details={"references": [invoice.name]})
        self.assertEqual(line.ar_apply_cash()["matched"], 1)

    def test_another_amount_is_proposed_and_nothing_is_booked(self):
        invoice = self.invoice(100)
        line = self.pay(90, invoice.name)
        self.assertEqual(line.ar_apply_cash(), {"matched": 0, "proposed": 1, "unmatched": 0})
        self.assertEqual(self.open_of(invoice), 100)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(line.ar_best_proposal_id.item_names, invoice.name)
        self.assertIn("10.00", line.ar_match_evidence)
        self.assertIn("too little", line.ar_match_reason)

    def test_a_payment_for_nothing_is_left(self):
        line = self.pay(12345.67, "hello")
        self.assertEqual(line.ar_apply_cash(), {"matched": 0, "proposed": 0, "unmatched": 1})
        self.assertEqual(line.ar_match_state, "unmatched")

    def test_a_second_payment_of_a_settled_invoice_says_so(self):
        invoice = self.invoice(100)
        self.pay(100, invoice.name).ar_apply_cash()
        again = self.pay(100, f"once more {invoice.name}")
        self.assertEqual(again.ar_apply_cash()["unmatched"], 1)
        self.assertIn(f"{invoice.name} is settled already", again.ar_match_reason)

    def test_money_out_is_left(self):
        invoice = self.invoice(100)
        self.assertEqual(self.pay(-100, invoice.name).ar_apply_cash()["unmatched"], 1)

    def test_several_invoices_and_a_credit_note_are_paid_together(self):
        invoices = self.invoice(100) | self.invoice(50)
        credit = self._create_invoice_one_line(
            price_unit=30, partner_id=self.partner_a, tax_ids=[], post=True, move_type="out_refund"
        )
        text = " ".join((invoices | credit).mapped("name"))
        self.assertEqual(self.pay(120, text).ar_apply_cash()["matched"], 1)
        self.assertEqual((invoices | credit).mapped("amount_residual"), [0.0] * 3)

    def test_two_payments_of_one_invoice_are_both_proposed(self):
        invoice = self.invoice(100)
        lines = self.pay(100, invoice.name) | self.pay(100, invoice.name)
        self.assertEqual(lines.ar_apply_cash(), {"matched": 0, "proposed": 2, "unmatched": 0})
        self.assertEqual(self.open_of(invoice), 100)

    def test_a_line_is_not_applied_twice(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        line.ar_apply_cash()
        self.assertEqual(line.ar_apply_cash(), {"matched": 0, "proposed": 0, "unmatched": 0})
        self.assertEqual(len(line.move_id.line_ids), 2)

    def test_the_account_of_another_customer_asks_a_person(self):
        invoice = self.invoice(100)
        self.env["res.partner.bank"].create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": self.partner_b.id}
        )
        line = self.pay(100, invoice.name, account_number="FR7630006000011234567890189")
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)

    def test_a_foreign_invoice_is_matched_in_its_own_currency(self):
        usd = self.setup_other_currency("EUR")
        invoice = self.invoice(100, currency_id=usd.id)
        line = self.pay(80, invoice.name, foreign_currency_id=usd.id, amount_currency=100)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual(invoice.amount_residual, 0.0)
        other = self.invoice(100, currency_id=usd.id)
        self.assertEqual(self.pay(100, other.name).ar_apply_cash()["proposed"], 1)

    def test_an_instalment_is_matched_by_its_own_amount(self):
        invoice = self.invoice(1000, invoice_payment_term_id=self.pay_terms_b.id)
        self.assertEqual(self.pay(300, invoice.name).ar_apply_cash()["matched"], 1)
        self.assertEqual(self.open_of(invoice), 700)

    def test_an_invoice_in_instalments_is_named_once(self):
        invoice = self.invoice(1000, invoice_payment_term_id=self.pay_terms_b.id)
        line = self.pay(1000, invoice.name)
        line.ar_apply_cash()
        self.assertEqual(len(line.ar_proposal_ids.item_ids), 2)
        self.assertEqual(line.ar_proposal_ids.item_names, invoice.name)

    def test_a_person_accepts_a_short_payment_and_the_rest_stays_open(self):
        invoice = self.invoice(100)
        line = self.pay(90, invoice.name)
        line.ar_apply_cash()
        line.action_ar_apply_best()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.open_of(invoice), 10)
        self.assertEqual(line.ar_match_state, "matched")
        self.assertIn("Accepted by", line.ar_match_evidence)

    def test_a_person_accepts_an_overpayment_and_the_customer_has_a_credit(self):
        invoice = self.invoice(100)
        line = self.pay(110, invoice.name)
        line.ar_apply_cash()
        line.ar_best_proposal_id.action_apply()
        receivable = line.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual((self.open_of(invoice), receivable.amount_residual), (0.0, -10.0))

    def test_a_refused_proposal_is_not_made_again(self):
        invoice = self.invoice(100)
        line = self.pay(90, invoice.name)
        line.ar_apply_cash()
        proposal = line.ar_best_proposal_id
        proposal.action_reject()
        self.assertEqual(line.ar_match_state, "unmatched")
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        with self.assertRaisesRegex(UserError, "no longer open"):
            proposal.action_apply()

    def test_a_match_is_undone_from_the_screen_and_not_made_again(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        line.ar_apply_cash()
        line.action_ar_undo_match()
        self.assertEqual((self.open_of(invoice), line.is_reconciled), (100, False))
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        self.assertEqual(self.open_of(invoice), 100)

    def test_items_of_two_customers_are_booked_together_only_by_a_person(self):
        first, second = self.invoice(60), self.invoice(40, partner=self.partner_b)
        line = self.pay(100, f"{first.name} {second.name}")
        line.ar_apply_cash()
        both = line.ar_proposal_ids.filtered(lambda item: len(item.item_ids.partner_id) == 2)
        self.assertFalse(line.is_reconciled)
        both.action_apply()
        self.assertEqual((first | second).mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(
            line.move_id.line_ids.filtered(lambda item: item.balance < 0).partner_id,
            self.partner_a | self.partner_b,
        )

    def test_invoices_of_another_company_are_never_touched(self):
        other = self.setup_other_company()["company"]
        theirs = self._create_invoice_one_line(
            price_unit=100, partner_id=self.partner_a, tax_ids=[], post=True, company_id=other.id
        )
        theirs.payment_reference = "THEIRS20260001"
        line = self.pay(100, "THEIRS20260001")
        self.assertEqual(line.ar_apply_cash()["unmatched"], 1)
        self.assertEqual(theirs.amount_residual, 100.0)

    def test_the_job_matches_what_waits_and_logs_it(self):
        invoice = self.invoice(100)
        done, left = self.pay(100, invoice.name), self.pay(77, "hello")
        run = self.env["ar.job.cash_application.apply"].ar_run_job(self.company)
        kinds = run.ar_count_by_kind()
        self.assertEqual(kinds.get("matched"), 1)
        self.assertEqual(run.amount, 100.0)
        self.assertTrue(done.is_reconciled)
        self.assertFalse(left.is_reconciled)
        again = self.env["ar.job.cash_application.apply"].ar_run_job(self.company)
        self.assertNotIn("matched", again.ar_count_by_kind())

    def test_a_simulation_books_nothing(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        run = self.env["ar.job.cash_application.apply"].ar_run_job(self.company, dry_run=True)
        self.assertEqual(run.ar_count_by_kind()["matched"], 1)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.open_of(invoice), 100)

    def test_deciding_takes_as_many_queries_for_many_lines_as_for_few(self):
        self.invoice(100)

        def queries(count):
            lines = self.lines.union(*[self.pay(50 + n / 100, f"hello {n}") for n in range(count)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.ar_apply_cash()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        few, many = queries(5), queries(40)
        self.assertLessEqual(many, few + 3)

    def test_a_preview_says_what_would_be_done_and_changes_nothing(self):
        first, second = self.invoice(100), self.invoice(50)
        sure = self.pay(100, first.name)
        short = self.pay(45, second.name, partner_name="Somebody")
        nothing = self.pay(12345.67, "hello")
        found = (sure | short | nothing).ar_apply_cash(dry_run=True)
        item = first.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        best = found[sure.id][0]
        self.assertEqual(best["items"], {item.id: 100.0})
        self.assertEqual((best["action"], best["book"]), ("full", True))
        self.assertGreater(best["probability"], 0.99)
        self.assertIn(f"The text names the invoice {first.name}.", best["evidence"])
        self.assertFalse(found[short.id][0]["book"])
        self.assertEqual(found[nothing.id], [])
        self.assertFalse((sure | short).mapped("ar_match_state")[0])
        self.assertFalse(sure.is_reconciled)

    def test_a_customer_known_by_name_pays_a_part_and_the_rest_stays_open(self):
        self.partner_a.name = "Müller & Söhne GmbH"
        invoice = self.invoice(1000)
        line = self.pay(400, invoice.name, partner_name="MUELLER UND SOEHNE")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual(self.open_of(invoice), 600)

    def test_an_account_that_paid_before_is_remembered(self):
        number = "DE89370400440532013000"
        invoice, later = self.invoice(100), self.invoice(77.31)
        self.pay(100, invoice.name, account_number=number).ar_apply_cash()
        line = self.pay(77.31, "July", account_number=number)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual(self.open_of(later), 0)
        self.assertIn("paid for this customer before", line.ar_match_evidence)

    def test_a_preview_takes_as_many_statements_for_many_lines_as_for_few(self):
        self.invoice(100)

        def statements(count):
            lines = self.lines.union(*[self.pay(50 + n / 100, f"hello {n}") for n in range(count)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.ar_apply_cash(dry_run=True)
            return self.env.cr.sql_log_count - before

        statements(2)
        self.assertEqual(statements(4), statements(40))

    def test_who_may_match(self):
        invoice = self.invoice(100)
        line = self.pay(100, invoice.name)
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env,
                f"cash_{group}",
                groups=f"ar_automation.ar_automation_group_{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            with self.assertRaises(AccessError):
                line.with_user(user).ar_apply_cash()
        clerk = new_test_user(
            self.env,
            "cash_clerk",
            groups="account.group_account_invoice,account.group_account_basic",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(line.with_user(clerk).ar_apply_cash()["matched"], 1)

    def test_the_screen_shows_the_proposal(self):
        line = self.pay(90, self.invoice(100).name)
        line.ar_apply_cash()
        form = Form(line, view="ar_automation.account_bank_statement_line_view_form")
        self.assertEqual(len(form.ar_open_proposal_ids), 1)
        self.assertEqual(line.action_ar_apply_cash()["tag"], "display_notification")
        self.assertEqual(self.lines.ar_count_to_match(self.company), 1)
