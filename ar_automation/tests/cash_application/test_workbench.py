from odoo import fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged


class WorkbenchCase(AccountTestInvoicingCommon):
    """Customer payments on a bank journal, and the workbench on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.lines = cls.env["account.bank.statement.line"]
        cls.bench = cls.env["ar.workbench"]
        cls.partner_b.property_payment_term_id = False

    @classmethod
    def invoice(cls, amount, partner=None, **vals):
        return cls._create_invoice_one_line(
            price_unit=amount, partner_id=partner or cls.partner_a, tax_ids=[], post=True, **vals
        )

    @classmethod
    def pay(cls, amount, text, **vals):
        return cls.lines.create(
            {
                "journal_id": cls.journal.id,
                "amount": amount,
                "payment_ref": text,
                "date": "2026-03-02",
                **vals,
            }
        )

    def item(self, invoice):
        return invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def entry(self, line):
        _liquidity, suspense, other = line._seek_for_lines()
        return [
            (item.account_id, item.partner_id, item.amount_currency, item.amount_residual)
            for item in (suspense | other).sorted("id")
        ]


@tagged("post_install", "-at_install")
class TestWorkbench(WorkbenchCase):
    def get_lines(self, **filters):
        return self.bench.ar_get_lines(self.company.id, filters)

    # === WHAT THE SCREEN SHOWS ===#

    def test_a_page_goes_on_where_the_last_one_ended(self):
        lines = self.lines.concat(*(self.pay(10 + number, "x") for number in range(5)))
        first = self.bench.ar_get_lines(self.company.id, limit=2)
        self.assertEqual(first["total"], 5)
        self.assertEqual([row["id"] for row in first["lines"]], lines[:2].ids)
        # the first two leave the list meanwhile; nothing is left out by that
        lines[:2].ar_unattended_undo_count = 0
        lines[0].is_reconciled = True
        last = first["lines"][-1]
        second = self.bench.ar_get_lines(self.company.id, after=[last["date"], last["id"]])
        self.assertEqual([row["id"] for row in second["lines"]], lines[2:].ids)

    def test_filters_and_their_counts(self):
        self.pay(90, self.invoice(100).name).ar_apply_cash()
        self.pay(5, "for nothing", partner_name="Zoë Quince").ar_apply_cash()
        new = self.pay(7, "new", date=fields.Date.today())
        choices = self.bench.ar_get_choices(self.company.id)
        self.assertEqual(choices["total"], 3)
        self.assertEqual([row["count"] for row in choices["states"]], [1, 2])
        reasons = {row["key"]: row["count"] for row in choices["reasons"]}
        self.assertEqual(reasons, {"amount_short": 1, "nothing": 1, "new": 1})
        self.assertEqual([row["count"] for row in choices["ages"]], [1, 0, 2])
        self.assertEqual(self.get_lines(reason="amount_short")["lines"][0]["amount"], 90)
        self.assertEqual(self.get_lines(reason="new")["lines"][0]["id"], new.id)
        self.assertEqual(self.get_lines(text="quince")["total"], 1)
        self.assertEqual(self.get_lines(age="week")["total"], 1)
        self.assertEqual(self.get_lines(amount_min=6, amount_max=50)["total"], 1)
        self.assertEqual(self.get_lines(state="proposed")["total"], 1)
        self.assertEqual(self.get_lines(journal_id=self.journal.id)["total"], 3)

    def test_money_out_has_a_place_without_what_pays_vendors(self):
        note = self.invoice(80, move_type="out_refund")
        refund = self.pay(-80, f"refund {note.name}", partner_id=self.partner_a.id)
        self.partner_b.property_supplier_payment_term_id = False
        bill = self.init_invoice(
            "in_invoice", partner=self.partner_b, amounts=[90], taxes=[], post=True
        )
        vendors = self.pay(-90, bill.name, partner_id=self.partner_b.id)
        rent = self.pay(-500, "RENT OFFICE")
        salaries = self.pay(-700, "SALARIES")
        back = self.pay(-30, "returned direct debit", partner_id=self.partner_a.id)
        (refund | vendors | rent | salaries | back).ar_apply_cash()
        self.assertEqual((vendors | salaries).mapped("ar_match_code"), ["vendors", "nothing"])
        self.assertIn("vendor", vendors.ar_match_reason)
        rent.action_ar_never_customer()
        choices = self.bench.ar_get_choices(self.company.id, "out")
        self.assertEqual([row["count"] for row in choices["directions"]], [0, 2])
        self.assertEqual((choices["total"], choices["states"][0]["count"]), (0, 1))
        self.assertFalse(self.get_lines()["lines"])
        found = self.get_lines(direction="out")
        self.assertEqual([row["id"] for row in found["lines"]], (refund | back).ids)
        self.assertEqual(self.get_lines(direction="out", amount_min=50)["total"], 1)
        self.assertEqual(self.get_lines(direction="out", amount_max=50)["total"], 1)
        similar = self.bench.ar_get_similar(self.company.id, refund.id, least=0)
        self.bench.ar_accept_many(similar["proposal_ids"])
        self.assertTrue(refund.is_reconciled)
        self.assertEqual(note.amount_residual, 0)

    def test_what_never_is_a_customers_stays_out_from_then_on(self):
        self.pay(-500, "RENT OFFICE 03/2026").action_ar_never_customer()
        line = self.pay(-500, "RENT OFFICE 04/2026")
        line.ar_apply_cash()
        self.assertEqual(line.ar_match_code, "silent")
        self.assertFalse(self.get_lines(direction="out")["total"])

    def test_whom_we_only_buy_from_is_no_customer(self):
        vendor = self.env["res.partner"].create({"name": "Vendor", "supplier_rank": 1})
        self.pay(-5, "x", partner_id=vendor.id)
        self.assertFalse(self.get_lines(direction="out")["total"])
        vendor.customer_rank = 1
        self.assertEqual(self.get_lines(direction="out")["total"], 1)

    def test_money_out_is_settled_by_hand(self):
        note = self.invoice(50, move_type="out_refund")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 80,
                "journal_id": self.journal.id,
            }
        )
        payment.action_post()
        line = self.pay(-150, "all of it", partner_id=self.partner_a.id)
        detail = self.bench.ar_get_line(line.id)
        offered = {row["name"]: row["id"] for row in detail["items"] if row["open"] < 0}
        self.assertEqual(set(offered), {note.name, payment.move_id.name})
        self.bench.ar_settle(
            line.id, [[offered[note.name], -50], [offered[payment.move_id.name], -80]]
        )
        self.assertEqual(note.amount_residual, 0)
        self.assertTrue(payment.is_matched)
        receivable = self.item(note).account_id
        self.assertEqual(
            [(row[0], row[2], row[3]) for row in self.entry(line)],
            [
                (receivable, 50.0, 0.0),
                (payment.outstanding_account_id, 80.0, 0.0),
                (receivable, 20.0, 20.0),
            ],
        )
        self.bench.ar_undo(line.id)
        self.assertEqual(note.amount_residual, 50)
        self.assertFalse(payment.is_matched)

    def test_a_payment_sent_back_is_owed_again(self):
        line = self.pay(-30, "returned direct debit")
        self.bench.ar_settle(line.id, [], partner_id=self.partner_b.id)
        self.assertEqual(self.entry(line)[0][1:], (self.partner_b, 30.0, 30.0))

    def test_statements_do_not_depend_on_the_number_of_payments(self):
        def count_statements():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get_lines()
            self.bench.ar_get_choices(self.company.id)
            return self.env.cr.sql_log_count - before

        for number in range(3):
            self.pay(90 + number, self.invoice(100).name).ar_apply_cash()
        count_statements()
        few = count_statements()
        for number in range(12):
            self.pay(60 + number, self.invoice(100).name).ar_apply_cash()
        self.assertEqual(count_statements(), few)

    def test_a_payment_is_shown_with_reasons_for_and_against(self):
        invoice = self.invoice(100)
        line = self.pay(90, invoice.name)
        line.ar_apply_cash()
        detail = self.bench.ar_get_line(line.id)
        [proposal] = detail["proposals"]
        self.assertEqual(proposal["items"][0]["name"], invoice.name)
        self.assertIn(True, [reason["is_for"] for reason in proposal["reasons"]])
        against = [r["text"] for r in proposal["reasons"] if not r["is_for"]]
        self.assertIn("too little", " ".join(against))
        self.assertEqual(detail["items"][0]["worth"], 100)

    def test_open_items_of_another_customer_are_found_by_number(self):
        other = self.invoice(70, self.partner_b)
        line = self.pay(10, "x", partner_id=self.partner_a.id)
        self.assertFalse(self.bench.ar_get_line(line.id)["items"])
        found = self.bench.ar_get_line(line.id, text=other.name)["items"]
        self.assertEqual([row["id"] for row in found], self.item(other).ids)

    # === WHAT THE SCREEN TELLS ===#

    def test_one_payment_is_split_over_items_of_two_customers(self):
        mine, other = self.invoice(100), self.invoice(50, self.partner_b)
        line = self.pay(120, "both")
        items = [[self.item(mine).id, 100], [self.item(other).id, 20]]
        self.bench.ar_settle(line.id, items)
        self.assertTrue(line.is_reconciled)
        self.assertRecordValues(mine | other, [{"amount_residual": 0}, {"amount_residual": 30}])
        receivables = (self.item(mine) | self.item(other)).account_id
        entry = self.entry(line)
        self.assertEqual([row[1] for row in entry], [self.partner_a, self.partner_b])
        self.assertEqual([row[2] for row in entry], [-100, -20])
        self.assertLessEqual({row[0] for row in entry}, set(receivables))
        self.assertEqual(line.ar_booked_by, "hand")

    def test_the_rest_goes_on_account_or_is_written_off(self):
        invoice = self.invoice(100)
        line = self.pay(110, "over")
        self.bench.ar_settle(line.id, [[self.item(invoice).id, 100]])
        self.assertEqual(
            [(row[2], row[3]) for row in self.entry(line)], [(-100.0, 0.0), (-10.0, -10.0)]
        )
        self.assertEqual(line.partner_id, self.partner_a)
        short, loss = self.pay(95, "short"), self.company_data["default_account_expense"]
        invoice = self.invoice(100)
        self.bench.ar_settle(
            short.id, [[self.item(invoice).id, 100]], "write_off", write_off={"account_id": loss.id}
        )
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual([(row[0], row[2]) for row in self.entry(short)][1:], [(loss, 5.0)])

    def test_a_whole_payment_goes_on_account_or_to_an_account(self):
        line = self.pay(40, "in advance")
        with self.assertRaisesRegex(UserError, "Say first who paid"):
            self.bench.ar_settle(line.id, [])
        self.bench.ar_settle(line.id, [], partner_id=self.partner_b.id)
        self.assertEqual(self.entry(line)[0][1:], (self.partner_b, -40.0, -40.0))
        interest = self.pay(3, "interest")
        income = self.company_data["default_account_revenue"]
        self.bench.ar_settle(interest.id, [], "write_off", write_off={"account_id": income.id})
        self.assertEqual(self.entry(interest)[0][0], income)

    def test_an_invoice_in_another_currency_is_settled_at_the_banks_rate(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.invoice(100, currency_id=currency.id)
        line = self.pay(40, "partly", foreign_currency_id=currency.id, amount_currency=100)
        self.bench.ar_settle(line.id, [[self.item(invoice).id, 100]])
        self.assertEqual(invoice.amount_residual, 0)
        [counterpart] = line._seek_for_lines()[2]
        self.assertRecordValues(
            counterpart,
            [{"currency_id": currency.id, "amount_currency": -100, "balance": -40}],
        )
        self.assertFalse(counterpart.amount_residual)

    def test_what_does_not_fit_is_refused_in_words_and_nothing_is_booked(self):
        invoice = self.invoice(100)
        item, line = self.item(invoice), self.pay(50, "x")
        for items, rest, words in (
            ([[item.id, 100]], "on_account", "50.00 more than the payment"),
            ([[item.id, 120]], "on_account", "only .*100.00 is open"),
            ([[item.id, -10]], "on_account", "with the sign"),
            ([[item.id, 100]], "write_off", "Choose the account"),
            ([[line.move_id.line_ids[0].id, 5]], "on_account", "settled or taken back"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.bench.ar_settle(line.id, items, rest)
            self.assertFalse(line.is_reconciled)
        self.bench.ar_settle(line.id, [[item.id, 50]])
        with self.assertRaisesRegex(UserError, "by somebody else meanwhile"):
            self.bench.ar_settle(line.id, [[item.id, 50]])

    def test_undo_opens_everything_again(self):
        invoice = self.invoice(100)
        line = self.pay(110, "over")
        self.bench.ar_settle(line.id, [[self.item(invoice).id, 100]])
        row = self.bench.ar_undo(line.id)
        self.assertFalse(row["is_done"])
        self.assertEqual(invoice.amount_residual, 100)
        self.assertFalse(line.ar_booked_by)
        self.assertFalse(line.partner_id)
        self.assertFalse(line.ar_proposal_ids)
        self.assertEqual(line.ar_unattended_undo_count, 0)
        suspense = self.journal.suspense_account_id
        self.assertEqual([row[0] for row in self.entry(line)], [suspense])

    def test_assigning_the_payer_looks_again(self):
        invoice = self.invoice(77, self.partner_b)
        line = self.pay(77, "thank you")
        line.ar_apply_cash()
        self.bench.ar_assign_payer(line.id, self.partner_b.id)
        self.assertEqual(line.partner_id, self.partner_b)
        self.assertEqual(line.ar_best_proposal_id.item_names, invoice.name)

    def test_proposals_of_one_kind_are_accepted_together(self):
        short = self.lines.concat(
            *(self.pay(90, self.invoice(100).name, date=f"2026-03-0{day}") for day in (1, 2, 3))
        )
        over = self.pay(130, self.invoice(100).name)
        (short | over).ar_apply_cash()
        similar = self.bench.ar_get_similar(self.company.id, short[0].id, least=0)
        self.assertEqual(similar["count"], 3)
        self.assertIn("Too little", similar["kind"])
        # one of the items is paid by another way meanwhile
        gone = short[1].ar_best_proposal_id.item_ids.move_id
        self._register_payment(gone)
        answer = self.bench.ar_accept_many(similar["proposal_ids"])
        self.assertEqual(answer["done"], (short[0] | short[2]).ids)
        self.assertEqual([row["line_id"] for row in answer["failed"]], [short[1].id])
        self.assertEqual(short.mapped("ar_booked_by"), ["accepted", False, "accepted"])
        self.assertFalse(over.is_reconciled)

    def test_proposals_that_can_all_be_booked_are_booked_in_one_go(self):
        invoices = [self.invoice(100) for _ in range(4)]
        short = self.lines.concat(*(self.pay(90, invoice.name) for invoice in invoices))
        short.ar_apply_cash()
        answer = self.bench.ar_accept_many(short.ar_best_proposal_id.ids)
        self.assertEqual(answer, {"done": short.ids, "failed": []})
        self.assertEqual(set(short.mapped("ar_booked_by")), {"accepted"})
        self.assertEqual(set(short.mapped("ar_match_state")), {"matched"})
        self.assertEqual([invoice.amount_residual for invoice in invoices], [10] * 4)
        self.assertTrue(all(short.mapped("ar_learnt")))
        self.bench.ar_undo(short[1].id)
        self.assertEqual([invoice.amount_residual for invoice in invoices], [10, 100, 10, 10])

    def test_readers_look_and_accountants_decide(self):
        line = self.pay(90, self.invoice(100).name)
        line.ar_apply_cash()
        proposal = line.ar_best_proposal_id
        users = {
            role: new_test_user(
                self.env, role, f"ar_automation.ar_automation_group_{role}",
                company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
            )
            for role in ("collector", "supervisor")
        }  # fmt: skip
        reader = self.bench.with_user(users["collector"])
        self.assertFalse(reader.ar_get_choices(self.company.id)["can_decide"])
        self.assertEqual(reader.ar_get_line(line.id)["proposals"][0]["id"], proposal.id)
        for decide in (
            lambda: reader.ar_accept(proposal.id),
            lambda: reader.ar_settle(line.id, [], partner_id=self.partner_a.id),
            lambda: reader.ar_assign_payer(line.id, self.partner_a.id),
        ):
            with self.assertRaises(AccessError):
                decide()
        supervisor = self.bench.with_user(users["supervisor"])
        supervisor.ar_accept(proposal.id)
        self.assertTrue(line.is_reconciled)
        stranger = self.bench.with_user(new_test_user(self.env, "stranger", "base.group_user"))
        with self.assertRaises(AccessError):
            stranger.ar_get_lines(self.company.id)

    def test_what_is_gone_is_said(self):
        line = self.pay(10, "x")
        gone = line.id
        line.unlink()
        for call in (lambda: self.bench.ar_get_line(gone), lambda: self.bench.ar_accept(0)):
            with self.assertRaisesRegex(UserError, "meanwhile|is gone"):
                call()

    def test_ways_in(self):
        line = self.pay(10, "x")
        self.assertEqual(line.action_ar_open_workbench()["params"]["line_id"], line.id)
        out = self.pay(-10, "y").action_ar_open_workbench()["params"]
        self.assertEqual(out["direction"], "out")
        self.assertEqual(
            self.journal.action_ar_open_workbench()["params"]["journal_id"], self.journal.id
        )
        data = self.journal._get_journal_dashboard_data_batched()[self.journal.id]
        self.assertEqual(data["ar_to_match"], 1)
        action = line.action_ar_create_rule()
        with Form(self.env["account.reconcile.model"].with_context(**action["context"])) as form:
            self.assertEqual(form.match_label_param, "x")
