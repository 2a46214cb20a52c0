"""Payments that are matched while they are imported are booked as if they were matched later."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.banking.bulk_lines import create_bank_lines
from ..banking.camt_builder import camt053, entry, statement
from ..banking.stored_values import MODELS, ROW, StoredValues
from .cash_case import CashCase

IBAN = "DE89370400440532013000"
SECONDS = ("ar_matched_at", "ar_booked_at")
# numbers of what was reconciled, which sequences give
RECONCILED = ("matching_number", "full_reconcile_id")


@tagged("post_install", "-at_install")
class TestApplyOnImport(StoredValues, CashCase):
    ignored = ROW + SECONDS + RECONCILED

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.company.partner_id.id}
        )
        cls.journal.bank_account_id = account

    def vals(self, number, amount, text, **values):
        return {
            "journal_id": self.journal.id,
            "date": "2026-03-02",
            "amount": amount,
            "payment_ref": text,
            "partner_name": self.partner_a.name,
            "ar_transaction_key": f"key {number}",
            **values,
        }

    def all_kinds(self):
        """Settled one to one, in part, several, too much, with a credit note, foreign, unknown."""
        other = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        exact, short, over, first, second, netted, foreign = (
            self.invoice(amount) for amount in (100, 200, 300, 41, 42, 90, 500)
        )
        credit = self.invoice(15, move_type="out_refund")
        foreign_invoice = self.invoice(60, currency_id=other.id)
        twice = self.invoice(77)
        return [
            self.vals(1, 100, f"Payment {exact.name}"),
            self.vals(2, 150, short.name),
            self.vals(3, 310, over.name),
            self.vals(4, 83, f"{first.name} {second.name}"),
            self.vals(5, 75, f"{netted.name} less {credit.name}"),
            self.vals(6, 30, f"{foreign.name} EUR", partner_id=self.partner_a.id),
            self.vals(
                7, 121, foreign_invoice.name, foreign_currency_id=other.id, amount_currency=60
            ),
            self.vals(8, 77, twice.name),
            self.vals(9, 77, twice.name),
            self.vals(10, 12345.67, "hello", partner_name="Somebody"),
            self.vals(11, -20, "fee"),
        ]

    def proposals_of(self, lines):
        names = ("action", "allocation", "evidence", "state", "confidence", "against_count")
        return [
            [
                [proposal[name] for name in names] + [proposal.partner_before_id]
                for proposal in line.ar_proposal_ids
            ]
            for line in lines
        ]

    def test_everything_is_stored_as_by_matching_later(self):
        vals_list = self.all_kinds()
        with self.env.cr.savepoint() as savepoint:
            lines = create_bank_lines(self.lines, vals_list)
            lines.ar_apply_cash()
            expected, proposals = self.stored(lines), self.proposals_of(lines)
            residuals = self.partner_a.credit
            savepoint.rollback()
        self.env.invalidate_all()
        lines = create_bank_lines(self.lines, vals_list, apply=True)
        found = self.stored(lines)
        for model in MODELS:
            for place, (one, other) in enumerate(zip(found[model], expected[model], strict=True)):
                self.assertEqual(one, other, f"{model} {place}")
        self.assertEqual(self.proposals_of(lines), proposals)
        self.assertEqual(self.partner_a.credit, residuals)
        self.assertGreater(len(lines.filtered("is_reconciled")), 3)

    def test_a_file_is_imported_and_applied_in_one_go_and_can_be_undone(self):
        invoice, other = self.invoice(100), self.invoice(50)
        content = camt053(statement([entry(100, invoice.name), entry(7, "hello")], currency="USD"))
        lines = self.journal.ar_import_statement_file("march.xml", content, apply=True)
        matched, left = lines.sorted("amount", reverse=True)
        self.assertEqual(self.open_of(invoice), 0)
        self.assertEqual(self.open_of(other), 50)
        self.assert_entry(matched, (self.receivable, -100, -100, self.partner_a))
        self.assertEqual((matched.ar_match_state, matched.ar_booked_by), ("matched", "auto"))
        self.assertIn(invoice.name, matched.ar_match_evidence)
        self.assertEqual(matched.statement_id.balance_end, 107)
        self.assertEqual(left.ar_match_state, "unmatched")
        self.assert_untouched(left)
        event = self.env["ar.audit.event"].search(
            [("code", "=", "cash_application.matched"), ("res_id", "=", matched.id)]
        )
        self.assertIn(invoice.name, event.details["evidence"])
        self.assertFalse(self.journal.ar_import_statement_file("march.xml", content, apply=True))
        matched.ar_unbook()
        self.assert_untouched(matched)
        self.assertEqual(self.open_of(invoice), 100)
        self.assertEqual(matched.ar_proposal_ids.state, "proposed")

    def test_the_journal_says_whether_files_are_applied(self):
        invoice = self.invoice(100)
        content = camt053(statement([entry(100, invoice.name)], currency="USD"))
        self.journal.ar_apply_on_import = True
        with self.env.cr.savepoint() as savepoint:
            self.assertTrue(self.journal.ar_import_statement_file("a.xml", content).is_reconciled)
            savepoint.rollback()
        line = self.journal.ar_import_statement_file("a.xml", content, apply=False)
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.ar_match_state)

    def test_what_another_matching_learns_from_is_not_what_was_matched_on_import(self):
        invoices = [self.invoice(100 + number) for number in range(3)]
        create_bank_lines(
            self.lines,
            [self.vals(n, 100 + n, invoice.name) for n, invoice in enumerate(invoices)],
            apply=True,
        )
        self.pay(1, "hello").ar_apply_cash()
        self.assertFalse(self.lines.search([("ar_learnt", "=", True)]))

    def test_a_refused_booking_costs_only_its_own_line(self):
        other = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5), ("2026-03-02", 0.4)])
        foreign = self.invoice(100, currency_id=other.id)
        first, wanted_twice, last = (self.invoice(amount) for amount in (41, 42, 43))
        self.company.currency_exchange_journal_id = False
        vals_list = [
            self.vals(1, 41, first.name),
            self.vals(2, 42, wanted_twice.name),
            self.vals(3, 250, foreign.name, foreign_currency_id=other.id, amount_currency=100),
            self.vals(4, 42, wanted_twice.name),
            self.vals(5, 43, last.name),
        ]
        with self.assertLogs("odoo.addons.ar_automation.models.banking.bulk_lines") as logs:
            lines = create_bank_lines(self.lines, vals_list, apply=True)
        self.assertIn("before they are matched", logs.output[0])
        self.assertIn(f"({lines[2].id},) is imported without matching", logs.output[1])
        self.assertEqual(
            lines.mapped("ar_match_state"), ["matched", "proposed", False, "proposed", "matched"]
        )
        self.assertEqual(lines.mapped("is_reconciled"), [True, False, False, False, True])
        self.assertEqual(foreign.amount_residual, 100)
        self.assertEqual(wanted_twice.amount_residual, 42)
        with self.assertRaises(UserError):
            lines[2].ar_apply_cash()

    def test_a_locked_item_is_proposed_and_a_locked_period_is_not_entered(self):
        invoice = self.invoice(100)
        self.company.fiscalyear_lock_date = "2026-03-31"
        content = camt053(statement([entry(100, invoice.name)], currency="USD"))
        with self.assertRaises(UserError):
            self.journal.ar_import_statement_file("a.xml", content, apply=True)

    def test_who_may_not_match_may_not_import_and_match(self):
        user = new_test_user(
            self.env,
            "reader",
            "ar_automation.ar_automation_group_auditor",
            company_id=self.company.id,
        )
        content = camt053(statement([entry(1, "hello")], currency="USD"))
        with self.assertRaises(AccessError):
            self.journal.with_user(user).ar_import_statement_file("a.xml", content, apply=True)
