from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, InvoicingCase

LATER = DAY + timedelta(days=9)


@tagged("post_install", "-at_install")
class TestCorrections(InvoicingCase):
    def invoice(self, *, lines=((2.0, 60.0), (1.0, 80.0)), **values):
        return self.create_posted_invoice(
            invoice_line_ids=[
                Command.create(
                    {"name": f"l{n}", "quantity": quantity, "price_unit": price, "tax_ids": False}
                )
                for n, (quantity, price) in enumerate(lines)
            ],
            **values,
        )

    def pay(self, invoice, amount):
        return self._register_payment(invoice, amount=amount, payment_date=DAY)

    def correct(self, move, user=None, **values):
        wizards = self.env["ar.invoice.correct"].with_user(user or self.env.user)
        with Form(wizards.with_context(default_move_id=move.id)) as form:
            form.reason, form.date = "as agreed", LATER
            for name, value in values.items():
                if name != "quantities":
                    setattr(form, name, value)
            for index, (quantity, price) in values.get("quantities", {}).items():
                with form.line_ids.edit(index) as line:
                    line.quantity, line.price_unit = quantity, price
        return form.record

    def test_bill_anew_at_once(self):
        move = self.invoice()
        self.correct(move, kind="rebill", code="customer", post=True).action_correct()
        note, new = move.reversal_move_ids, move.ar_replaced_by_ids
        self.assertRecordValues(
            move | note | new,
            [
                {"payment_state": "reversed", "amount_residual": 0, "amount_total": 200},
                {"payment_state": "paid", "amount_residual": 0, "amount_total": 200},
                {"payment_state": "not_paid", "amount_residual": 200, "amount_total": 200},
            ],
        )
        self.assertEqual((new.ar_replaces_id, new.invoice_date, note.date), (move, LATER, LATER))
        self.assertEqual(set((move | note | new).mapped("ar_correction_reason")), {"customer"})
        self.assertRecordValues(
            note.line_ids.sorted("balance"),
            [
                {"debit": 0, "credit": 200},
                {"debit": 80, "credit": 0},
                {"debit": 120, "credit": 0},
            ],
        )

    def test_what_corrects_an_invoice_follows_it_to_the_customer(self):
        quiet = self.invoice(ref="PO 7")
        self.correct(quiet, kind="rebill", post=True).action_correct()
        new = quiet.ar_replaced_by_ids
        self.assertEqual(new.ref, "PO 7", "the customer's order number stands on it, too")
        self.assertEqual((new.ar_delivery_state, new.state), ("not_needed", "posted"))
        told = self.invoice()
        told.ar_queue_for_sending()
        self.correct(told, kind="credit", quantities={0: (1, 60)}).action_correct()
        note = told.reversal_move_ids
        self.assertEqual(note.ar_delivery_state, "queued")
        self.correct(told, kind="rebill").action_correct()
        self.assertEqual(set(told.reversal_move_ids.mapped("ar_delivery_state")), {"queued"})
        self.assertEqual(told.ar_replaced_by_ids.ar_delivery_state, "not_needed", "a draft waits")
        told.ar_replaced_by_ids.action_post()
        self.assertEqual(told.ar_replaced_by_ids.ar_delivery_state, "queued")

    def test_payments_move_to_the_replacement_with_what_they_paid(self):
        move = self.invoice()
        self.pay(move, 150)
        self.correct(move, kind="rebill").action_correct()
        new = move.ar_replaced_by_ids
        self.assertEqual((move.payment_state, new.state), ("reversed", "draft"))
        new.invoice_line_ids[0].price_unit = 65
        new.action_post()
        self.assertEqual((new.amount_total, new.amount_residual), (210, 60))
        self.assertFalse(new.ar_carried)

    def test_overpaid_replacement_leaves_the_rest_open(self):
        move = self.invoice()
        payment = self.pay(move, 150)
        self.correct(move, kind="rebill").action_correct()
        new = move.ar_replaced_by_ids
        new.invoice_line_ids[0].unlink()
        new.action_post()
        self.assertEqual((new.amount_total, new.amount_residual), (80, 0))
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(credit.amount_residual, -70)

    def test_foreign_currency(self):
        currency = self.setup_other_currency("CHF", rates=[("2026-01-01", 2.0)])
        move = self.invoice(currency_id=currency.id)
        self.pay(move, 50)
        self.correct(move, kind="rebill", post=True).action_correct()
        new = move.ar_replaced_by_ids
        self.assertEqual((move.payment_state, new.amount_residual), ("reversed", 150))
        self.assertEqual(new.amount_residual_signed, 75)

    def test_part_of_the_lines_is_credited_against_what_is_open(self):
        move = self.invoice()
        self.pay(move, 50)
        self.correct(move, kind="credit", quantities={0: (1, 60)}).action_correct()
        note = move.reversal_move_ids
        self.assertRecordValues(
            note, [{"state": "posted", "amount_total": 60, "amount_residual": 0}]
        )
        self.assertEqual((move.amount_residual, len(note.invoice_line_ids)), (90, 1))
        wrong = self.correct(move, kind="credit", quantities={1: (2, 80)})
        with self.assertRaisesRegex(UserError, "no more can be credited"):
            wrong.action_correct()
        with self.assertRaisesRegex(UserError, "how much of which line"):
            self.correct(move, kind="credit").action_correct()

    def test_credit_notes_together_give_back_no_more_than_was_invoiced(self):
        move = self.invoice()
        self.pay(move, 200)
        self.correct(move, kind="credit", quantities={0: (2, 60)}).action_correct()
        again = self.correct(move, kind="credit", quantities={0: (2, 60)})
        with self.assertRaisesRegex(UserError, "more than was invoiced"):
            again.action_correct()
        self.correct(move, kind="credit", quantities={1: (1, 80)}).action_correct()
        notes = move.reversal_move_ids.filtered(lambda note: note.state == "posted")
        self.assertEqual(sum(notes.mapped("amount_total")), 200)

    def test_due_date_moves_instalments_and_changes_no_amount(self):
        move = self.invoice(invoice_payment_term_id=self.pay_terms_b.id)
        before = [(line.date_maturity, line.balance) for line in move._ar_receivables()]
        self.assertEqual(len(before), 2)
        due = before[-1][0] + timedelta(days=10)
        terms = self.correct(move, kind="terms", due_date=due, reference="PO 9")
        self.assertEqual(terms.action_correct()["type"], "ir.actions.act_window_close")
        after = [(line.date_maturity, line.balance) for line in move._ar_receivables()]
        self.assertEqual(after, [(day + timedelta(days=10), paid) for day, paid in before])
        self.assertEqual((move.invoice_date_due, move.ref), (due, "PO 9"))
        self.assertIn(f"Due on {due:%m/%d/%Y} instead of", move.message_ids[1].body)

    def test_locked_period_is_corrected_in_an_open_one(self):
        move = self.invoice(invoice_date=date(2026, 1, 15))
        self.company.fiscalyear_lock_date = date(2026, 1, 31)
        self.correct(move, kind="rebill", post=True).action_correct()
        self.assertEqual(move.reversal_move_ids.date, LATER)
        self.assertEqual(move.line_ids.mapped("date"), [date(2026, 1, 15)] * len(move.line_ids))

    def test_secured_invoice_keeps_its_reference(self):
        move = self.invoice()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = 'x' WHERE id = %s", [move.id]
        )
        move.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "secured by a hash"):
            self.correct(move, kind="terms", reference="new").action_correct()

    def test_what_was_corrected_is_not_corrected_again(self):
        move = self.invoice()
        first, second = self.correct(move, kind="rebill"), self.correct(move, kind="rebill")
        first.action_correct()
        with self.assertRaisesRegex(UserError, "credited in full already"):
            second.action_correct()

    def test_reminder_level_moves_along(self):
        move = self.invoice()
        policy = (
            self.env["ar.dunning.policy"]
            .sudo()
            .search([("company_id", "=", self.company.id)], limit=1)
        )
        level = policy.level_ids[:1]
        run = (
            self.env["ar.dunning.run"].sudo().create({"company_id": self.company.id, "date": LATER})
        )
        notice = (
            self.env["ar.dunning.notice"]
            .sudo()
            .create(
                {
                    "run_id": run.id,
                    "company_id": self.company.id,
                    "policy_id": policy.id,
                    "partner_id": self.customer.id,
                    "contact_id": self.customer.id,
                    "date": LATER,
                    "level_id": level.id,
                    "state": "sent",
                    "line_ids": [
                        Command.create(
                            {
                                "company_id": self.company.id,
                                "policy_id": policy.id,
                                "move_line_id": move._ar_receivables().id,
                                "move_id": move.id,
                                "name": move.name,
                                "due_date": DAY,
                                "currency_id": move.currency_id.id,
                                "level_id": level.id,
                                "is_live": True,
                            }
                        )
                    ],
                }
            )
        )
        self.correct(move, kind="rebill", post=True).action_correct()
        new = move.ar_replaced_by_ids
        self.assertEqual(notice.line_ids.move_line_id, new._ar_receivables())
        self.assertEqual(new.ar_dunning_level_id, level)

    def test_only_accountants_correct(self):
        move = self.invoice()
        collector = new_test_user(
            self.env, login="c-cor", groups="ar_automation.ar_automation_group_collector"
        )
        with self.assertRaises(AccessError):
            self.correct(move, collector, kind="rebill")
