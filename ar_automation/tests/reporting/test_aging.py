from unittest.mock import ANY

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import ReportingCommon


@tagged("post_install", "-at_install")
class TestAging(ReportingCommon):
    def test_buckets_by_days_past_due(self):
        for due in (
            "2026-03-31",
            "2026-03-30",
            "2026-03-01",
            "2026-02-28",
            "2025-12-31",
            "2025-12-01",
            "2025-11-30",
        ):
            self._invoice(self.partner_a, 100, "2025-11-01", due)
        self.assertEqual(
            self._aging("2026-03-31"),
            [
                {
                    "partner_id": self.partner_a.id,
                    "partner_name": self.partner_a.name,
                    "not_due": 100.0,
                    "1_30": 200.0,
                    "31_60": 100.0,
                    "61_90": 100.0,
                    "91_120": 100.0,
                    "120_plus": 100.0,
                    "total": 700.0,
                }
            ],
        )

    def test_due_day_itself_is_in_time(self):
        self._invoice(self.partner_a, 100, "2026-01-01", "2026-01-31")
        self.assertEqual(
            self._row(self.partner_a, "2026-01-31"), {"not_due": 100.0, "total": 100.0}
        )
        self.assertEqual(self._row(self.partner_a, "2026-02-01"), {"1_30": 100.0, "total": 100.0})

    def test_a_later_payment_is_undone_in_the_past(self):
        invoice = self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        self._apply(invoice, self._receipt(self.partner_a, 30, "2026-02-15"))
        self._apply(invoice, self._receipt(self.partner_a, 70, "2026-03-15"))
        self.assertEqual(self._row(self.partner_a, "2026-01-09"), {})
        self.assertEqual(self._row(self.partner_a, "2026-01-31"), {"1_30": 100.0, "total": 100.0})
        self.assertEqual(self._row(self.partner_a, "2026-02-28"), {"31_60": 70.0, "total": 70.0})
        self.assertEqual(self._row(self.partner_a, "2026-03-15"), {})

    def test_a_payment_dated_before_its_invoice_was_unapplied_until_then(self):
        deposit = self._receipt(self.partner_a, 60, "2026-01-05")
        self._apply(deposit, self._invoice(self.partner_a, 100, "2026-02-10", "2026-03-10"))
        self.assertEqual(
            self._row(self.partner_a, "2026-01-05"), {"not_due": -60.0, "total": -60.0}
        )
        self.assertEqual(self._row(self.partner_a, "2026-01-31"), {"1_30": -60.0, "total": -60.0})
        self.assertEqual(self._row(self.partner_a, "2026-02-10"), {"not_due": 40.0, "total": 40.0})

    def test_credit_notes_count_with_their_sign(self):
        self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        self._invoice(self.partner_a, 30, "2026-01-25", "2026-01-25", move_type="out_refund")
        self.assertEqual(self._row(self.partner_a, "2026-01-31"), {"1_30": 70.0, "total": 70.0})

    def test_a_customer_whose_buckets_are_all_zero_is_left_out(self):
        self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        self._receipt(self.partner_a, 100, "2026-01-25")
        self.assertEqual(self._aging("2026-01-31"), [], "debit and credit in the same bucket")
        row = self._row(self.partner_a, "2026-02-20")
        self.assertEqual(
            row,
            {"1_30": -100.0, "31_60": 100.0},
            "different buckets are shown although the total is zero",
        )

    def test_instalments_fall_due_one_by_one(self):
        move = self._invoice(self.partner_a, 100, "2026-01-01")
        move.button_draft()
        move.invoice_payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        move.action_post()
        self.assertEqual(
            self._row(self.partner_a, "2026-01-15"), {"1_30": 50.0, "not_due": 50.0, "total": 100.0}
        )

    def test_drafts_and_cancelled_invoices_are_not_owed(self):
        self._invoice(self.partner_a, 100, "2026-01-10").button_draft()
        cancelled = self._invoice(self.partner_a, 100, "2026-01-10")
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(self._aging("2026-06-30"), [])

    def test_contacts_are_counted_with_their_company(self):
        contact = self.env["res.partner"].create({"name": "Anna", "parent_id": self.partner_a.id})
        self._invoice(contact, 100, "2026-01-10")
        self._invoice(self.partner_b, 50, "2026-01-10")
        rows = self._aging("2026-01-10", contact)
        self.assertEqual(
            [(row["partner_id"], row["total"]) for row in rows], [(self.partner_a.id, 100.0)]
        )
        self.assertEqual(self._aging("2026-01-10", self.env["res.partner"]), [])

    def test_foreign_currency_is_shown_in_the_company_currency(self):
        foreign = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 4.0)])
        invoice = self._invoice(self.partner_a, 100, "2026-01-10", currency=foreign)
        self.assertEqual(self._row(self.partner_a, "2026-01-10"), {"not_due": 50.0, "total": 50.0})
        self._register_payment(invoice, payment_date="2026-02-10")
        self.assertEqual(self._row(self.partner_a, "2026-02-09"), {"1_30": 50.0, "total": 50.0})
        self.assertEqual(self._aging("2026-12-31"), [], "the exchange difference closes the item")

    def test_companies_are_apart_and_branches_together(self):
        other = self._other_company()
        self._invoice(self.partner_a, 100, "2026-01-10")
        self.assertFalse(self._aging("2026-01-10", company=other))
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        both = [self.company.id, branch.id]
        move = self._invoice(self.partner_a, 11, "2026-01-10").with_context(
            allowed_company_ids=both
        )
        move.button_draft()
        move.company_id = branch
        move.action_post()
        for company in (self.company, branch):
            self.assertEqual(
                self._row(self.partner_a, "2026-01-10", company=company)["total"], 111.0
            )

    def test_an_item_without_partner_is_kept(self):
        move = self._receipt(self.env["res.partner"], 25, "2026-01-10")
        self.assertFalse(self._open_lines(move).partner_id)
        [row] = self._aging("2026-01-10")
        self.assertEqual((row["partner_id"], row["partner_name"], row["total"]), (False, "", -25.0))
        [shown] = self.env["ar.aging"].ar_get_report(self.company.id, "2026-01-10")["rows"]
        self.assertEqual(shown["partner_name"], "Without customer")

    def test_one_statement_for_any_number_of_customers(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(12)])
        self._invoice(partners[0], 10, "2026-01-10")
        self._aging("2026-01-31")
        with self.assertQueryCount(1):
            self.assertEqual(len(self._aging("2026-01-31")), 1)
        for partner in partners[1:]:
            self._invoice(partner, 10, "2026-01-10")
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(len(self._aging("2026-01-31")), 12)

    def test_the_items_behind_a_figure_add_up_to_it(self):
        invoice = self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        self._invoice(self.partner_b, 40, "2026-02-10", "2026-02-20")
        self._apply(invoice, self._receipt(self.partner_a, 30, "2026-02-15"))
        aging = self.env["ar.aging"]
        for day in ("2026-01-31", "2026-02-28"):
            report = aging.ar_get_report(self.company.id, day)
            for row in report["rows"]:
                for key in ("1_30", "31_60", None):
                    action = aging.ar_action_open_items(
                        self.company.id, day, partner_id=row["partner_id"], bucket=key
                    )
                    items = (
                        self.env[action["res_model"]]
                        .with_context(**action["context"])
                        .search(action["domain"])
                    )
                    self.assertEqual(sum(items.mapped("residual")), row[key or "total"])
            action = aging.ar_action_open_items(self.company.id, day, bucket="overdue")
            items = (
                self.env[action["res_model"]]
                .with_context(**action["context"])
                .search(action["domain"])
            )
            self.assertEqual(sum(items.mapped("residual")), report["totals"]["overdue"])

    def test_an_item_tells_its_amounts_and_opens_its_document(self):
        foreign = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        invoice = self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20", currency=foreign)
        item = (
            self.env["ar.aging.item"]
            .with_context(ar_as_of="2026-01-31")
            .search([("partner_id", "=", self.partner_a.id)])
        )
        self.assertRecordValues(
            item,
            [
                {
                    "residual": 50.0,
                    "residual_currency": 100.0,
                    "amount": 50.0,
                    "days_overdue": 11,
                    "bucket": "1_30",
                    "move_id": invoice.id,
                }
            ],
        )
        self.assertEqual(item.action_open_document()["res_id"], invoice.id)
        earlier = item.with_context(ar_as_of="2026-01-15")
        self.assertEqual((earlier.days_overdue, earlier.bucket), (-5, "not_due"))

    def test_roles_that_may_read(self):
        self._invoice(self.partner_a, 100, "2026-01-10")
        groups = (
            "ar_automation.ar_automation_group_collector",
            "ar_automation.ar_automation_group_credit_manager",
            "ar_automation.ar_automation_group_supervisor",
            "ar_automation.ar_automation_group_auditor",
            "account.group_account_invoice",
        )
        for number, group in enumerate(groups):
            user = self._user(f"reader{number}", group)
            aging = self.env["ar.aging"].with_user(user)
            self.assertEqual(
                aging.ar_get_report(self.company.id, "2026-01-10")["totals"]["total"], 100.0
            )
            action = aging.ar_action_open_items(self.company.id, "2026-01-10", bucket="not_due")
            items = self.env["ar.aging.item"].with_user(user).with_context(**action["context"])
            self.assertEqual(
                items.with_company(self.company).search(action["domain"]).mapped("residual"),
                [100.0],
            )

    def test_others_are_told_what_they_lack(self):
        user = self._user("nobody", "base.group_user")
        with self.assertRaisesRegex(AccessError, "Ask an administrator for one of these roles"):
            self.env["ar.aging"].with_user(user).ar_get_report(self.company.id, "2026-01-10")
        with self.assertRaises(AccessError):
            self.env["ar.aging.item"].with_user(user).search([])
        other = self._other_company()
        collector = self._user("collector", "ar_automation.ar_automation_group_collector")
        with self.assertRaisesRegex(AccessError, "Elsewhere Ltd"):
            self.env["ar.aging"].with_user(collector).ar_get_aging(
                other, Date.to_date("2026-01-10")
            )

    def test_bad_input_is_named(self):
        aging = self.env["ar.aging"]
        with self.assertRaisesRegex(UserError, "“31.12.2026” is no date"):
            aging.ar_get_report(self.company.id, "31.12.2026")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            aging.ar_get_report(10**8, "2026-01-10")

    def test_the_screen_gets_labels_and_totals(self):
        self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        self._invoice(self.partner_b, 40, "2026-01-30", "2026-02-20")
        report = self.env["ar.aging"].ar_get_report(self.company.id, "2026-01-31")
        self.assertEqual(report["currency_id"], self.company.currency_id.id)
        self.assertEqual(report["date"], "2026-01-31")
        self.assertEqual(report["buckets"][0], {"key": "not_due", "label": "Not due"})
        self.assertEqual(report["totals"], dict.fromkeys(report["totals"], ANY))
        self.assertEqual((report["totals"]["overdue"], report["totals"]["total"]), (100.0, 140.0))
        self.assertEqual([row["overdue"] for row in report["rows"]], [100.0, 0.0])
