import time

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRules(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.fees = cls.company_data["default_account_expense"]
        cls.income = cls.company_data["default_account_revenue"]
        cls.rules = cls.env["account.reconcile.model"]
        cls.rules.search([]).active = False

    def rule(self, lines=None, **vals):
        lines = lines or [{"account_id": self.fees.id}]
        return self.rules.create(
            {
                "name": "Fees",
                "trigger": "auto_reconcile",
                "match_label": "contains",
                "match_label_param": "account fee",
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
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

    def counterparts(self, line):
        liquidity, _suspense, _other = line._seek_for_lines()
        return line.move_id.line_ids - liquidity

    def test_an_automated_rule_books_with_evidence_and_undo_takes_it_back(self):
        rule = self.rule()
        line = self.pay(-4.9, "ACCOUNT  FEE 03/2026")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertRecordValues(
            self.counterparts(line),
            [{"account_id": self.fees.id, "balance": 4.9, "reconcile_model_id": rule.id}],
        )
        self.assertTrue(line.is_reconciled)
        self.assertIn("account fee", line.ar_match_evidence)
        self.assertEqual((rule.ar_hit_count, str(rule.ar_last_hit_date)), (1, "2026-03-02"))
        line.action_ar_undo_match()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.counterparts(line).account_id, self.journal.suspense_account_id)
        rule.invalidate_recordset()
        self.assertEqual(rule.ar_hit_count, 0)
        self.assertEqual(line.ar_apply_cash()["matched"], 0, "not again what was taken back")

    def test_a_rule_that_is_not_automated_proposes_and_can_be_accepted(self):
        rule = self.rule(trigger="manual")
        line = self.pay(-4.9, "account fee")
        self.assertEqual(line.ar_apply_cash()["proposed"], 1)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(line.ar_best_proposal_id.rule_ids, rule)
        line.action_ar_apply_best()
        self.assertEqual(self.counterparts(line).account_id, self.fees)
        self.assertEqual(line.ar_match_state, "matched")

    def test_a_refused_rule_is_not_proposed_again(self):
        self.rule(trigger="manual")
        line = self.pay(-4.9, "account fee")
        line.ar_apply_cash()
        line.ar_best_proposal_id.action_reject()
        self.assertEqual(line.ar_apply_cash()["proposed"], 0)

    def test_a_sure_match_comes_before_any_rule(self):
        self.rule(match_label_param="INV", lines=[{"account_id": self.income.id}])
        invoice = self._create_invoice_one_line(
            price_unit=100, partner_id=self.partner_a, tax_ids=[], post=True
        )
        line = self.pay(100, invoice.name)
        line.ar_apply_cash()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_payment_that_probably_pays_an_invoice_is_not_taken_by_a_rule(self):
        self.rule(match_label_param="INV", lines=[{"account_id": self.income.id}])
        invoice = self._create_invoice_one_line(
            price_unit=100, partner_id=self.partner_a, tax_ids=[], post=True
        )
        line = self.pay(90, f"{invoice.name} less damage")
        line.ar_apply_cash()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(len(line.ar_open_proposal_ids), 2)

    def test_counterparts_divide_the_transaction(self):
        self.rule(
            match_label="match_regex",
            match_label_param=r"PAYOUT .* FEE (?P<amount>[\d,.]+)",
            lines=[
                {
                    "account_id": self.fees.id,
                    "amount_type": "regex",
                    "amount_string": r"FEE ([\d,.]+)",
                },
                {"account_id": self.income.id, "amount_type": "fixed", "amount_string": "20"},
                {"account_id": self.income.id, "amount_string": "25"},
                {"account_id": self.income.id, "amount_string": "100", "label": "the rest"},
            ],
        )
        line = self.pay(97.1, "PAYOUT 0815 FEE 2,90")
        line.ar_apply_cash()
        self.assertEqual(
            self.counterparts(line).mapped(lambda item: (item.account_id, item.balance)),
            [(self.fees, -2.9), (self.income, -20), (self.income, -18.55), (self.income, -55.65)],
        )
        self.assertIn("the rest", self.counterparts(line).mapped("name"))
        self.assertTrue(line.is_reconciled)

    def test_the_amount_group_of_the_rule_is_an_amount(self):
        self.rule(
            match_label="match_regex",
            match_label_param=r"FEE (?P<amount>[\d,.]+)",
            lines=[
                {
                    "account_id": self.fees.id,
                    "amount_type": "ar_group",
                    "amount_string": "(?P<amount>…)",
                },
                {"account_id": self.income.id},
            ],
        )
        line = self.pay(97.1, "PAYOUT FEE 2,90")
        line.ar_apply_cash()
        self.assertEqual(self.counterparts(line).mapped("balance"), [-2.9, -94.2])

    def test_an_amount_that_reads_in_two_ways_is_left(self):
        self.rule(
            match_label_param="FEE",
            lines=[
                {
                    "account_id": self.fees.id,
                    "amount_type": "regex",
                    "amount_string": r"FEE ([\d,.]+)",
                },
                {"account_id": self.income.id},
            ],
        )
        line = self.pay(9000, "FEE 1,234")
        self.assertEqual(line.ar_apply_cash()["matched"], 0)

    def test_taxes_are_part_of_the_amount(self):
        tax = self.company_data["default_tax_purchase"]
        self.rule(lines=[{"account_id": self.fees.id, "tax_ids": [Command.set(tax.ids)]}])
        line = self.pay(-115, "account fee")
        line.ar_apply_cash()
        base, vat = self.counterparts(line).sorted("balance", reverse=True)
        self.assertEqual((base.balance, vat.balance), (100, 15))
        self.assertEqual((base.tax_ids, vat.tax_line_id), (tax, tax))

    def test_foreign_money_is_divided_to_the_cent(self):
        usd = self.setup_other_currency("GBP", rates=[("2016-01-01", 3.0)])
        self.rule(
            lines=[
                {"account_id": self.fees.id, "amount_string": "33.33"},
                {"account_id": self.income.id},
            ]
        )
        line = self.pay(-33.33, "account fee", foreign_currency_id=usd.id, amount_currency=-100)
        line.ar_apply_cash()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.counterparts(line).mapped("amount_currency"), [33.33, 66.67])
        self.assertAlmostEqual(sum(line.move_id.line_ids.mapped("balance")), 0)

    def test_what_lines_leave_open_is_not_booked(self):
        self.rule(lines=[{"account_id": self.fees.id, "amount_string": "50"}])
        self.assertEqual(self.pay(-10, "account fee").ar_apply_cash()["matched"], 0)

    def test_a_rule_that_goes_on_leaves_the_rest_to_the_next(self):
        self.rule(lines=[{"account_id": self.fees.id, "amount_string": "50"}], ar_stop=False)
        self.rule(lines=[{"account_id": self.income.id}], sequence=20)
        line = self.pay(-10, "account fee")
        line.ar_apply_cash()
        self.assertEqual(self.counterparts(line).account_id, self.fees | self.income)

    def test_the_first_rule_wins(self):
        self.rule(lines=[{"account_id": self.income.id}], sequence=20)
        self.rule(sequence=5)
        line = self.pay(-10, "account fee")
        line.ar_apply_cash()
        self.assertEqual(self.counterparts(line).account_id, self.fees)

    def test_every_condition_must_hold(self):
        other = self.journal.copy()
        cases = (
            ({"ar_direction": "in"}, {}, False),
            ({"ar_direction": "out"}, {}, True),
            ({"ar_transaction_type": "chrg"}, {}, False),
            ({"ar_transaction_type": "chrg"}, {"transaction_type": "NCHRG"}, True),
            ({"ar_valid_from": "2026-03-03"}, {}, False),
            ({"ar_valid_until": "2026-03-01"}, {}, False),
            ({"ar_valid_from": "2026-03-02", "ar_valid_until": "2026-03-02"}, {}, True),
            ({"match_journal_ids": [Command.set(other.ids)]}, {}, False),
            ({"match_partner_ids": [Command.set(self.partner_a.ids)]}, {}, False),
            (
                {"match_partner_ids": [Command.set(self.partner_a.ids)]},
                {"partner_id": self.partner_a.id},
                True,
            ),
            ({"match_amount": "lower", "match_amount_max": 9.99}, {}, False),
            (
                {"match_amount": "lower", "match_amount_max": 9.99, "ar_amount_tolerance": 0.01},
                {},
                True,
            ),
            ({"match_amount": "greater", "match_amount_min": 10}, {}, True),
            (
                {"match_amount": "between", "match_amount_min": 1, "match_amount_max": 9},
                {},
                False,
            ),
            ({"match_label": "not_contains"}, {}, False),
            ({"match_label_param": "in the note"}, {"narration": "<p>IN the  note</p>"}, True),
            ({"match_label_param": "deep"}, {"transaction_details": {"a": [{"b": "deep"}]}}, True),
        )
        for rule_vals, line_vals, expected in cases:
            rule = self.rule(**rule_vals)
            line = self.pay(-10, "account fee", **line_vals)
            found = line.ar_apply_cash(dry_run=True).get(line.id, [])
            self.assertEqual(bool(found), expected, (rule_vals, line_vals))
            rule.active = False

    def test_a_dry_run_changes_nothing(self):
        self.rule()
        line = self.pay(-10, "account fee")
        found = line.ar_apply_cash(dry_run=True)[line.id]
        self.assertEqual((found[0]["action"], found[0]["book"]), ("rule", True))
        self.assertFalse(line.is_reconciled)

    def test_a_rule_without_conditions_is_a_button(self):
        self.rule(match_label=False, match_label_param=False)
        self.assertEqual(self.pay(-10, "anything").ar_apply_cash()["matched"], 0)

    def test_a_rule_says_who_pays_and_finds_the_reference(self):
        invoice = self._create_invoice_one_line(
            price_unit=123.47, partner_id=self.partner_a, tax_ids=[], post=True
        )
        self.rule(
            match_label_param="Mr Smith pays",
            lines=[{"partner_id": self.partner_a.id, "account_id": False}],
        )
        line = self.pay(123.47, "Mr Smith pays")
        line.ar_apply_cash()
        self.assertTrue(line.is_reconciled)
        self.assertEqual((line.partner_id, invoice.amount_residual), (self.partner_a, 0))

    def test_a_reference_is_taken_out_of_the_text(self):
        invoice = self._create_invoice_one_line(
            price_unit=100, partner_id=self.partner_a, tax_ids=[], post=True
        )
        invoice.payment_reference = "ABC12345"
        self.rule(
            match_label="match_regex",
            match_label_param=r"#(?P<reference>ABC\d{5})\d*#",
            lines=[{"partner_id": False, "account_id": False}],
        )
        line = self.pay(100, "#ABC1234599#")
        self.assertEqual(line.ar_apply_cash()["matched"], 1)

    def test_a_catastrophic_expression_ends_and_rests(self):
        rule = self.rule(match_label="match_regex", match_label_param="(a|aa)+$")
        lines = self.env["account.bank.statement.line"]
        for number in range(5):
            lines |= self.pay(-10, f"{'a' * 60}{number}!")
        started = time.monotonic()
        self.assertEqual(lines.ar_apply_cash()["matched"], 0)
        self.assertLess(time.monotonic() - started, 5)
        self.assertIn("too long", rule.ar_trouble)
        rule.match_label_param = "a+"
        self.assertFalse(rule.ar_trouble)
        self.assertEqual(lines.ar_apply_cash()["matched"], 5)

    def test_a_broken_expression_is_refused_when_it_is_entered(self):
        with self.assertRaisesRegex(UserError, "regex is not valid|cannot be used"):
            self.rule(match_label="match_regex", match_label_param="(a")
        with self.assertRaisesRegex(UserError, "longer than"):
            self.rule(match_label="match_regex", match_label_param="a" * 501)

    def test_the_job_books_outgoing_fees(self):
        self.rule()
        line = self.pay(-10, "account fee")
        run = self.env["ar.job.cash_application.apply"].ar_run_job(self.company)
        self.assertEqual(run.state, "done")
        self.assertTrue(line.is_reconciled)

    def test_a_next_activity_is_scheduled(self):
        kind = self.env.ref("mail.mail_activity_data_todo")
        self.rule(next_activity_type_id=kind.id)
        line = self.pay(-10, "account fee")
        line.ar_apply_cash()
        self.assertEqual(line.move_id.activity_ids.activity_type_id, kind)

    def test_another_company_s_rules_do_not_apply(self):
        self.rule()
        other = self.setup_other_company()
        journal = other["default_journal_bank"]
        line = self.pay(-10, "account fee", journal_id=journal.id)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)

    def test_the_number_of_statements_does_not_grow(self):
        self.rule()

        def count(number):
            lines = self.env["account.bank.statement.line"]
            for _each in range(number):
                lines |= self.pay(-10, "account fee")
            self.env.flush_all()
            self.env.invalidate_all()
            rules = lines.env.cr.sql_log_count
            lines.ar_apply_cash(dry_run=True)
            return lines.env.cr.sql_log_count - rules

        count(1)  # fills the caches that all batches share
        self.assertEqual(count(20), count(5))

    def test_a_trial_tells_what_would_have_been_different(self):
        rule = self.rule(active=False)
        rule_lines = [self.pay(-10, "account fee") for _each in range(3)]
        by_hand = self.rule(lines=[{"account_id": self.income.id}])
        rule_lines[0].ar_apply_cash()
        by_hand.active = False
        rule.active = True
        action = rule.action_ar_try()
        with Form(self.env["ar.rule.trial"].browse(action["res_id"])) as trial:
            trial.date_from = "2026-01-01"
            trial.date_to = "2026-12-31"
        trial = self.env["ar.rule.trial"].browse(action["res_id"])
        self.assertEqual((trial.fitting_count, trial.differing_count), (3, 1))
        self.assertIn("3, 1 of them differently", trial.summary.replace("matched ", ""))
        self.assertTrue(trial.line_ids[0].is_different)
        self.assertFalse(rule_lines[1].is_reconciled)

    def test_a_collector_cannot_change_rules(self):
        rule = self.rule()
        user = new_test_user(
            self.env,
            login="rules_collector",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(rule.with_user(user).read(["name"])[0]["name"], "Fees")
        with self.assertRaises(AccessError):
            rule.with_user(user).ar_direction = "in"

    def test_the_form_has_all_settings(self):
        with Form(self.rules) as form:
            form.name = "Fees"
            form.ar_direction = "out"
            form.match_label = "contains"
            form.match_label_param = "fee"
            form.ar_valid_until = "2030-01-01"
            with form.line_ids.new() as line:
                line.account_id = self.fees
        self.assertEqual(form.record.ar_direction, "out")
