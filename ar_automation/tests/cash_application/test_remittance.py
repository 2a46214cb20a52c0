import base64
import io
from email.message import EmailMessage

import openpyxl
from odoo import http
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged


class RemittanceCase(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.partner_a.email = "payables@customer.example"
        cls.remittances = cls.env["ar.remittance"]

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

    def receive(self, content, partner=None):
        return self.remittances.ar_receive(
            self.company,
            partner or self.partner_a,
            content if isinstance(content, bytes) else content.encode(),
            "advice",
            "upload",
        )


@tagged("post_install", "-at_install")
class TestRemittance(RemittanceCase):
    def advice_of(self, *invoices):
        rows = [f"{invoice.name};{invoice.amount_residual}" for invoice in invoices]
        return "Invoice;Paid\n" + "\n".join(rows)

    def test_an_advice_names_what_the_payment_does_not(self):
        invoices = [self.invoice(100), self.invoice(50), self.invoice(50), self.invoice(100)]
        remittance = self.receive(self.advice_of(invoices[0], invoices[2]))
        self.assertEqual((remittance.state, remittance.amount), ("ready", 150))
        line = self.pay(150, "collective payment", partner_id=self.partner_a.id)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.assertEqual([invoice.amount_residual for invoice in invoices], [0.0, 50.0, 0.0, 100.0])
        self.assertEqual((remittance.state, remittance.statement_line_id), ("used", line))
        self.assertIn(remittance.name, line.ar_match_evidence)
        line.action_ar_undo_match()
        self.assertEqual(remittance.state, "ready")

    def test_a_deduction_is_recorded_where_it_was_made(self):
        invoice = self.invoice(100)
        content = (
            "Invoice;Gross;Deduction;Reason\n"
            f"{invoice.name};100.00;10.00;damaged goods\nTotal;90.00;;"
        )
        remittance = self.receive(content)
        self.assertEqual(remittance.state, "ready")
        line = self.pay(90, "collective payment", partner_id=self.partner_a.id)
        line.ar_apply_cash()
        if not line.is_reconciled:
            line.action_ar_apply_best()
        self.assertEqual(invoice.amount_residual, 10)
        self.assertEqual(remittance.state, "used")
        self.assertIn("damaged goods", str(invoice.message_ids.mapped("body")))
        event = self.env["ar.audit.event"].search(
            [("code", "=", "cash_application.deduction")], limit=1
        )
        self.assertEqual(event.res_id, invoice.id)

    def test_documents_of_others_are_not_sure(self):
        mine, other = self.invoice(100), self.invoice(50, self.partner_b)
        remittance = self.receive(self.advice_of(mine, other))
        self.assertEqual(remittance.state, "to_review")
        self.assertEqual(remittance.line_ids.mapped("is_sure"), [True, False])
        self.assertIn("not a document of this customer", remittance.line_ids[1].doubt)
        line = self.pay(150, "collective payment", partner_id=self.partner_a.id)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)

    def test_a_total_that_does_not_add_up_is_looked_at(self):
        invoice = self.invoice(100)
        remittance = self.receive(f"Invoice;Paid\n{invoice.name};100.00\nTotal;90.00")
        self.assertEqual(remittance.state, "to_review")
        self.assertIn("add up to 100.00", remittance.reason)
        with Form(remittance) as form:
            form.amount = 100
        remittance.action_confirm()
        self.assertEqual(remittance.state, "ready")

    def test_two_payments_that_fit_one_advice_are_not_decided_by_it(self):
        invoices = [self.invoice(100), self.invoice(100)]
        self.receive(self.advice_of(invoices[0]))
        lines = self.pay(100, "a", partner_id=self.partner_a.id)
        lines |= self.pay(100, "b", partner_id=self.partner_a.id)
        self.assertEqual(lines.ar_apply_cash()["matched"], 0)

    def test_an_e_mail_becomes_an_advice_of_its_sender(self):
        self.company.ar_remittance_alias_name = "remittance-test"
        self.assertEqual(self.company.ar_remittance_alias_id.alias_name, "remittance-test")
        invoice = self.invoice(100)
        mail = EmailMessage()
        mail["From"] = "Payables <payables@customer.example>"
        domain = self.company.ar_remittance_alias_id.alias_domain
        mail["To"] = f"remittance-test@{domain or 'example.com'}"
        mail["Subject"] = "Advice"
        mail["Message-Id"] = "<advice@customer.example>"
        mail.set_content("see attached")
        mail.add_attachment(
            self.advice_of(invoice).encode(), maintype="text", subtype="csv", filename="a.csv"
        )
        self.env["mail.thread"].message_process(
            "ar.remittance", mail.as_string(), custom_values={"company_id": self.company.id}
        )
        remittance = self.remittances.search([("source", "=", "email")], limit=1)
        self.assertEqual(
            (remittance.partner_id, remittance.state, remittance.file_name),
            (self.partner_a, "ready", "a.csv"),
        )
        self.assertEqual(remittance.line_ids.move_id, invoice)

    def test_an_unknown_sender_is_asked_about(self):
        mail = EmailMessage()
        mail["From"] = "who@nowhere.example"
        mail["To"] = "x@example.com"
        mail["Message-Id"] = "<advice2@customer.example>"
        mail.set_content(f"{self.invoice(100).name} 100.00\nTotal 100.00")
        self.env["mail.thread"].message_process(
            "ar.remittance", mail.as_string(), custom_values={"company_id": self.company.id}
        )
        remittance = self.remittances.search([("source", "=", "email")], limit=1)
        self.assertEqual(remittance.state, "to_review")
        self.assertIn("choose the customer", remittance.reason)

    def test_hostile_files_are_refused_in_words(self):
        book = openpyxl.Workbook()
        book.active.append(["Invoice", "Paid"])
        book.active.append(["INV/1", '=HYPERLINK("http://x")'])
        stream = io.BytesIO()
        book.save(stream)
        cases = (
            (b"", "looks like a document"),
            (b"%PDF-1.7 broken", "damaged"),
            (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
            (stream.getvalue(), "not sure"),
            (b"PK\x03\x04 no zip", ""),
            (b"\x00\xff\xfe\x00" * 50, ""),
            (b'Invoice;Paid\n"open;1', ""),
        )
        for content, words in cases:
            remittance = self.receive(content)
            self.assertEqual(remittance.state, "to_review", content[:20])
            self.assertIn(words, remittance.reason, content[:20])
            self.assertTrue(remittance.reason)

    def test_roles_and_companies(self):
        remittance = self.receive(self.advice_of(self.invoice(100)))
        collector = new_test_user(
            self.env,
            login="remittance_collector",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(remittance.with_user(collector).state, "ready")
        with self.assertRaises(AccessError):
            remittance.with_user(collector).amount = 1
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            login="remittance_stranger",
            groups="account.group_account_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            remittance.with_user(stranger).read(["state"])

    def test_a_used_advice_stays(self):
        remittance = self.receive(self.advice_of(self.invoice(100)))
        self.pay(100, "x", partner_id=self.partner_a.id).ar_apply_cash()
        self.assertEqual(remittance.state, "used")
        with self.assertRaisesRegex(UserError, "Undo that first"):
            remittance.unlink()

    def test_a_file_added_by_hand_is_read(self):
        invoice = self.invoice(100)
        with Form(self.remittances) as form:
            form.partner_id = self.partner_a
            form.file_data = base64.b64encode(self.advice_of(invoice).encode())
        form.record.action_read()
        self.assertEqual(form.record.state, "ready")


@tagged("post_install", "-at_install")
class TestRemittancePortal(RemittanceCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            login="remittance_portal",
            password="remittance_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=self.env["res.partner"]
            .create({"name": "Clerk", "parent_id": self.partner_a.id})
            .id,
        )
        self.authenticate("remittance_portal", "remittance_portal")

    def upload(self, content):
        return self.url_open(
            "/my/remittances/upload",
            data={"csrf_token": http.Request.csrf_token(self)},
            files={"advice": ("advice.csv", content, "text/csv")},
        )

    def test_a_customer_uploads_and_sees_only_the_own_advices(self):
        invoice = self.invoice(100)
        other = self.receive("Invoice;Paid\nX123;5.00", self.partner_b)
        page = self.upload(f"Invoice;Paid\n{invoice.name};100.00".encode())
        self.assertEqual(page.status_code, 200)
        mine = self.remittances.search([("source", "=", "portal")], limit=1)
        self.assertEqual((mine.partner_id, mine.state), (self.partner_a, "ready"))
        page = self.url_open("/my/remittances")
        self.assertIn(mine.name, page.text)
        self.assertNotIn(other.name, page.text)

    def test_a_bad_file_is_answered_in_words(self):
        self.assertIn("cannot be read", self.upload(b"%PDF-1.4 no").text)
        self.assertIn("The file is empty", self.upload(b"").text)
