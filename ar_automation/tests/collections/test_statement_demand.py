"""Statements that somebody asks for: in the dialog, on the portal, by the link of a mail."""

import io
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from openpyxl import load_workbook

from ...models.collections.statement_figures import StatementTerms
from ...models.collections.statement_workbook import write_statement_workbook
from .statement_case import JUNE, NIGHT, StatementCase


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestOnDemand(StatementCase):
    def dialog(self, partners, **values):
        action = partners.action_ar_statement()
        form = Form(self.env["ar.account.statement.create"].with_context(**action["context"]))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def workbook(self, content):
        return load_workbook(io.BytesIO(content))

    def test_several_customers_in_one_workbook_without_formulas(self):
        self.partner_b.name = '=HYPERLINK("http://evil.example";"x")'
        self.late_invoice(10)
        self.late_invoice(10, partner=self.partner_b, ref="@SUM(A1)")
        wizard = self.dialog(self.partner_a | self.partner_b, kind="movements")
        name, content = wizard.ar_render("xlsx")
        self.assertEqual(name, "Statement of account 2026-07-05.xlsx")
        book = self.workbook(content)
        self.assertEqual(book.sheetnames, ["Balances", "Movements", "Open items"])
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertFalse(any(cell.hyperlink for cell in cells))
        self.assertIn(self.partner_b.name, [cell.value for cell in cells])
        items = list(book["Open items"].iter_rows(min_row=2, values_only=True))
        self.assertEqual(sorted(row[-1] for row in items), [100, 100])

    def test_days_in_the_wrong_order_are_refused(self):
        with self.assertRaisesRegex(UserError, "end before it begins"):
            self.dialog(
                self.partner_a, kind="movements", date_from=NIGHT, date_to=JUNE[1]
            ).action_download_pdf()

    def test_sending_by_hand_and_sending_again(self):
        self.late_invoice(10)
        wizard = self.dialog(self.partner_a | self.partner_b)
        action = wizard.action_send()
        statements = self.env["ar.account.statement"].search(action["domain"])
        self.assertEqual(set(statements.mapped("state")), {"queued"})
        sent = statements[:1]
        sent.sudo()._ar_update_state(("queued",), "sent", "")
        sent.action_send_again()
        self.assertEqual(len(self.statements()), 3)
        (statements - sent).action_call_off()
        self.assertEqual((statements - sent).state, "none")

    def test_printing_what_waits_for_it(self):
        self.late_invoice(10)
        self.switch_on(channel="print")
        self.write_statements()
        self.assertEqual(self.statements().state, "to_print")
        action = self.statements().action_print()
        self.assertEqual(action["report_name"], "ar_automation.report_account_statement")
        self.assertEqual(self.statements().state, "printed")

    def test_roles(self):
        self.late_invoice(10)
        auditor = new_test_user(
            self.env,
            "statement_auditor",
            groups="ar_automation.ar_automation_group_auditor",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        wizard = (
            self.env["ar.account.statement.create"]
            .with_user(auditor)
            .create({"partner_ids": self.partner_a.ids, "company_id": self.company.id})
        )
        self.assertTrue(wizard.ar_render("xlsx")[1])
        with self.assertRaises(AccessError):
            wizard.action_send()
        with self.assertRaises(AccessError):
            self.env["ar.account.statement"].with_user(auditor).create({})

    def test_nobody_reads_the_accounts_of_a_company_that_is_not_his(self):
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere Ltd"})
        self.env.user.company_ids -= elsewhere
        wizard = self.dialog(self.partner_a)
        wizard.company_id = elsewhere
        for call in (
            wizard.action_send,
            wizard.action_download_pdf,
            lambda: wizard.ar_render("xlsx"),
        ):
            with self.assertRaises(AccessError):
                call()
        report = self.env["report.ar_automation.report_statement_of_account"]
        with self.assertRaises(AccessError):
            report._get_report_values(self.partner_a.ids, {"company_id": elsewhere.id})

    def test_the_workbook_keeps_cents_and_days(self):
        self.late_invoice(10, amount=1234.56)
        content = write_statement_workbook(
            self.company, self.partner_a, StatementTerms(NIGHT, None, "open")
        )
        [row] = self.workbook(content)["Open items"].iter_rows(min_row=2, values_only=True)
        self.assertEqual(Decimal(str(row[-1])), Decimal("1234.56"))
        self.assertEqual(row[6].date(), date(2026, 6, 20))


@tagged("post_install", "-at_install")
class TestPortal(StatementCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.late_invoice(10)
        self.late_invoice(10, partner=self.partner_b, amount=777.0)
        new_test_user(
            self.env,
            login="statement_portal",
            password="statement_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=self.env["res.partner"]
            .create({"name": "Clerk", "parent_id": self.partner_a.id})
            .id,
        )
        terms = StatementTerms(JUNE[1], JUNE[0], "open")
        statements = self.env["ar.account.statement"].sudo()
        self.mine, self.others = statements.ar_queue(
            self.company, self.partner_a | self.partner_b, terms
        )
        (self.mine | self.others)._ar_update_state(("queued",), "sent", "")
        (self.mine | self.others).attachment_ids = self.env["ir.attachment"].create(
            {"name": "Statement.pdf", "raw": b"%PDF-1.4 x", "mimetype": "application/pdf"}
        )

    def test_a_customer_sees_its_own_statements_only(self):
        self.authenticate("statement_portal", "statement_portal")
        page = self.url_open("/my/statements")
        self.assertIn(f"/my/statements/{self.mine.id}", page.text)
        self.assertNotIn(f"/my/statements/{self.others.id}", page.text)
        self.assertTrue(self.url_open(f"/my/statements/{self.mine.id}").content.startswith(b"%PDF"))
        refused = self.url_open(f"/my/statements/{self.others.id}")
        self.assertFalse(refused.content.startswith(b"%PDF"))

    def test_a_statement_as_of_now_tells_the_own_items_only(self):
        self.authenticate("statement_portal", "statement_portal")
        answer = self.url_open("/my/statements/now/xlsx?date_from=2026-01-01&partner_id=1")
        book = load_workbook(io.BytesIO(answer.content))
        customers = {row[0] for row in book["Movements"].iter_rows(min_row=2, values_only=True)}
        self.assertEqual(customers, {self.partner_a.name})
        bad = self.url_open("/my/statements/now/pdf?date_from=2026-02-01&date_to=2026-01-01")
        self.assertIn("in the wrong order", bad.text)
        self.assertIn("in the wrong order", self.url_open("/my/statements/now/pdf?date_to=x").text)

    def test_the_link_of_the_mail_opens_this_statement_and_no_other(self):
        token = self.mine._portal_ensure_token()
        self.others._portal_ensure_token()
        opened = self.url_open(f"/my/statements/{self.mine.id}?access_token={token}")
        self.assertTrue(opened.content.startswith(b"%PDF"))
        for link in (
            f"/my/statements/{self.others.id}?access_token={token}",
            f"/my/statements/{self.mine.id}?access_token=",
            f"/my/statements/{self.mine.id}",
            "/my/statements/999999999",
        ):
            self.assertFalse(self.url_open(link).content.startswith(b"%PDF"), link)

    def test_the_dialog_is_downloaded_by_its_user_only(self):
        user = self.env.ref("base.user_admin")
        user.group_ids += self.env.ref("ar_automation.ar_automation_group_supervisor")
        wizard = self.env["ar.account.statement.create"].create(
            {"partner_ids": self.partner_a.ids, "company_id": self.company.id}
        )
        self.authenticate("statement_portal", "statement_portal")
        answer = self.url_open(f"/ar_automation/statement/{wizard.id}/xlsx")
        self.assertGreaterEqual(answer.status_code, 400)
