"""Order files: from a customer's table to quotations, each order once and whole or not at all."""

import base64
import io
import zipfile
from email.message import EmailMessage
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from openpyxl import Workbook

from ...models.invoicing import ar_order_intake
from .common import InvoicingCase

HEADER = "Customer code;PO number;Product code;Quantity;Unit price;Delivery date\n"


@tagged("post_install", "-at_install")
class TestOrderIntake(InvoicingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"ref": "C-7", "vat": "BE0477472701"})
        cls.product.write({"default_code": "A-1", "barcode": "5410000000011"})
        cls.delivered_product.default_code = "B-2"
        cls.intakes = cls.env["ar.order.intake"].sudo()

    def receive(self, content, name="orders.csv", **kwargs):
        raw = content if isinstance(content, bytes) else content.encode()
        return self.intakes.ar_receive(self.company, name, raw, **kwargs).sudo(False)

    def quotations(self, intake):
        return intake.intake_order_ids.order_id

    # --- reading

    def test_a_file_becomes_quotations(self):
        intake = self.receive(
            HEADER
            + "c-7;PO 1;A-1;3;9,50;24.12.2026\nC-7;PO 1;B-2;1,5;;24.12.2026\nC-7;PO 2;a-1;1;;\n"
        )
        self.assertEqual(
            (intake.state, intake.order_count, intake.trouble_count), ("checked", 2, 0)
        )
        self.assertFalse(self.quotations(intake))
        intake.action_take()
        self.assertEqual(intake.state, "done")
        first, second = self.quotations(intake).sorted("id")
        self.assertRecordValues(
            first | second,
            [
                {"partner_id": self.customer.id, "client_order_ref": "PO 1", "state": "draft"},
                {"partner_id": self.customer.id, "client_order_ref": "PO 2", "state": "draft"},
            ],
        )
        self.assertEqual(str(first.commitment_date.date()), "2026-12-24")
        self.assertRecordValues(
            first.order_line,
            [
                {"product_id": self.product.id, "product_uom_qty": 3, "price_unit": 9.5},
                {
                    "product_id": self.delivered_product.id,
                    "product_uom_qty": 1.5,
                    "price_unit": self.delivered_product.list_price,
                },
            ],
        )
        self.assertEqual(second.order_line.price_unit, 100.0)
        self.assertEqual(first.origin, intake.name)

    def test_a_workbook_is_read_as_well(self):
        book = Workbook()
        for row in (["VAT", "EAN", "Qty"], ["BE 0477.472.701", "5410000000011", 4]):
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        intake = self.receive(output.getvalue(), "orders.xlsx")
        intake.action_take()
        self.assertEqual(self.quotations(intake).order_line.product_uom_qty, 4)

    def test_columns_are_named_once_and_remembered(self):
        content = "Wer;Was;Wieviel\nC-7;A-1;2\n"
        intake = self.receive(content)
        self.assertEqual(intake.state, "new")
        self.assertIn("Say which column holds", intake.message)
        with Form(intake) as form:
            for place, meaning in enumerate(("customer_code", "product", "quantity")):
                with form.column_ids.edit(place) as column:
                    column.meaning = meaning
        intake.action_check()
        self.assertEqual((intake.state, intake.trouble_count), ("checked", 0))
        again = self.receive(content + "C-7;B-2;1\n")
        self.assertEqual((again.state, again.profile_id), ("checked", intake.profile_id))

    def test_a_column_of_customers_may_hold_names_or_numbers(self):
        intake = self.receive("Customer;PO number;Product code;Quantity\nC-7;PO 1;A-1;1\n")
        self.assertEqual((intake.state, intake.trouble_count), ("checked", 0))
        self.assertEqual(intake.intake_order_ids.customer_id, self.customer)

    # --- problems

    def test_problems_are_told_per_row_and_keep_back_their_order_only(self):
        self.env["res.partner"].create([{"name": "Twin", "ref": "T"}, {"name": "Twin", "ref": "t"}])
        intake = self.receive(
            HEADER + "C-7;PO 1;A-1;1;;\nC-7;PO 1;X-9;1;;\nC-7;PO 2;A-1;-1;;\nT;PO 3;A-1;1;;\n"
            "nobody;PO 4;A-1;1;;\n;PO 5;A-1;one;;\nC-7;PO 6;A-1;1;;\n"
        )
        self.assertEqual((intake.order_count, intake.trouble_count), (6, 5))
        told = "\n".join(intake.intake_order_ids.filtered("problem").mapped("problem"))
        for words in (
            "row 3: no product for sale has the code or barcode “X-9”",
            "row 4: orders -1",
            "“T” may be 2 customers",
            "no customer is known as “nobody”",
            "names no customer",
            "row 7: quantity:",
        ):
            self.assertIn(words, told)
        intake.action_take()
        self.assertEqual(self.quotations(intake).mapped("client_order_ref"), ["PO 6"])
        self.assertEqual(intake.state, "partly")

    def test_mended_orders_are_taken_later_and_the_others_not_again(self):
        intake = self.receive(HEADER + "C-7;PO 1;A-1;1;;\nC-7;PO 2;X-9;1;;\n")
        intake.action_take()
        self.product.create({"name": "New", "default_code": "X-9", "taxes_id": False})
        intake.action_take()
        self.assertEqual(intake.state, "done")
        self.assertEqual(
            sorted(self.quotations(intake).mapped("client_order_ref")), ["PO 1", "PO 2"]
        )

    def test_a_whole_file_or_nothing(self):
        intake = self.receive(HEADER + "C-7;PO 1;A-1;1;;\nC-7;PO 2;X-9;1;;\n")
        intake.profile_id.whole_file = True
        intake.action_take()
        self.assertFalse(self.quotations(intake))
        self.assertIn("Nothing was made", intake.message)

    def test_an_order_that_odoo_refuses_leaves_nothing_behind(self):
        intake = self.receive(HEADER + "".join(f"C-7;PO {n};A-1;{n};;\n" for n in range(1, 6)))
        create, reason = type(self.env["sale.order"]).create, "PO 3 is cursed"

        def refuse(orders, vals_list):
            made = create(orders, vals_list)
            if any(vals.get("client_order_ref") == "PO 3" for vals in vals_list):
                raise ValidationError(reason)
            return made

        with patch.object(type(self.env["sale.order"]), "create", refuse):
            intake.action_take()
        self.assertEqual(len(self.quotations(intake)), 4)
        [rest] = intake.intake_order_ids.filtered("problem")
        self.assertEqual((rest.reference, rest.problem), ("PO 3", reason))
        self.assertFalse(self.env["sale.order"].search([("client_order_ref", "=", "PO 3")]))

    # --- once

    def test_the_same_file_is_taken_in_once(self):
        intake = self.receive(HEADER + "C-7;PO 1;A-1;1;;\n")
        again = self.receive(HEADER + "C-7;PO 1;A-1;1;;\n", "renamed.csv")
        self.assertEqual(again.state, "refused")
        self.assertIn(intake.name, again.message)

    def test_the_same_order_number_is_asked_about(self):
        self.receive(HEADER + "C-7;PO 1;A-1;1;;\n").action_take()
        again = self.receive(HEADER + "C-7;po 1;A-1;2;;\nC-7;PO 2;A-1;1;;\n")
        again.action_take()
        self.assertEqual(self.quotations(again).client_order_ref, "PO 2")
        [repeated] = again.intake_order_ids.filtered("repeats")
        repeated.action_allow_repeat()
        again.action_take()
        self.assertEqual((again.state, len(self.quotations(again))), ("done", 2))

    # --- hostile files

    @mute_logger("odoo.addons.ar_automation.models.invoicing.ar_order_intake")
    def test_hostile_files_are_refused_in_words(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"<x/>")
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 1024 * 1024))
        for content, words in (
            (bomb.getvalue(), "unpacked"),
            (b"\0\0\0", "NUL"),
            (b"", "is empty"),
            (b"Customer code;Quantity\n", "no row below"),
            ("é;ü\n".encode("cp1252") + "é;ü\n".encode(), "UTF-8"),
            (b'a;b\n"open;1\n', "row"),
        ):
            intake = self.receive(content)
            self.assertEqual(intake.state, "refused", words)
            self.assertIn(words, intake.message)
        with patch.object(ar_order_intake, "LARGEST_FILE", 10):
            self.assertIn("larger than 10 MB", self.receive(HEADER).message)
        with patch.object(ar_order_intake, "MOST_ROWS", 1):
            self.assertIn("more than 1 rows", self.receive(HEADER + "a\nb\n").message)

    def test_formulas_are_texts_and_never_numbers(self):
        book = Workbook()
        for row in (["Customer code", "Product code", "Quantity"], ["C-7", "A-1", "=1+1"]):
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        intake = self.receive(output.getvalue())
        self.assertIn("formula", intake.intake_order_ids.problem)

    # --- statements

    def test_the_number_of_statements_does_not_depend_on_the_rows(self):
        self.receive(HEADER + "C-7;PO 0;A-1;1;;\n")  # the profile

        def count(rows, start):
            content = HEADER + "".join(f"C-7;N{start}-{n};A-1;1;;\n" for n in range(rows))
            before = self.cr.sql_log_count
            self.receive(content)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(2, 1)
        few, many = count(3, 2), count(90, 3)
        self.assertLessEqual(many, few + 2)

    # --- e-mail, upload, roles

    def send_mail(self, attachments, sender="ap@customer.example"):
        message = self.env["mail.message"]
        files = [
            message.env["mail.thread"]._Attachment(name, content, {})
            for name, content in attachments
        ]
        return self.intakes.message_new(
            {"email_from": sender, "subject": "Orders", "body": "", "attachments": files},
            {"company_id": self.company.id},
        )

    def test_attachments_of_an_e_mail_become_intakes(self):
        intake = self.send_mail(
            [("a.csv", b"Item;Qty\nA-1;2\n"), ("b.csv", b"Item;Qty\nA-1;3\n"), ("c.pdf", b"%PDF\0")]
        )
        self.assertEqual((intake.state, intake.partner_id), ("checked", self.customer))
        mine = self.intakes.search([("sender", "=", "ap@customer.example")])
        self.assertEqual(sorted(mine.mapped("state")), ["checked", "checked", "refused"])
        self.assertEqual(self.send_mail([]).state, "refused")
        intake.profile_id.makes_quotations = True
        made = self.send_mail([("d.csv", b"Item;Qty\nA-1;9\n")])
        self.assertEqual(made.intake_order_ids.order_id.order_line.product_uom_qty, 9)

    def test_a_profile_with_an_address_gets_an_alias(self):
        profile = self.env["ar.order.intake.profile"].sudo().create({"name": "Group"})
        profile.alias_name = "group-orders"
        self.assertEqual(profile.alias_id.alias_model_id.model, "ar.order.intake")
        self.assertEqual(profile.alias_id.alias_contact, "partners")
        self.assertIn(f"'profile_id': {profile.id}", profile.alias_id.alias_defaults)

    def test_a_mail_to_the_address_comes_in_through_the_gateway(self):
        domain = self.env["mail.alias.domain"].sudo().create({"name": "orders.example"})
        self.company.sudo().alias_domain_id = domain
        profile = self.env["ar.order.intake.profile"].sudo().create({"name": "Group"})
        profile.write({"alias_name": "group-orders", "makes_quotations": True})
        mail = EmailMessage()
        mail["From"], mail["To"] = "AP <ap@customer.example>", "group-orders@orders.example"
        mail["Subject"], mail["Message-Id"] = "Our order", "<order-1@customer.example>"
        mail.set_content("See the file.")
        mail.add_attachment(b"Item;Qty\nA-1;7\n", maintype="text", subtype="csv", filename="o.csv")
        gateway = self.env["mail.thread"].sudo()
        for _time in range(2):  # the server delivers it twice
            with mute_logger("odoo.addons.mail.models.mail_thread"):
                gateway.message_process(None, mail.as_string())
        [intake] = self.intakes.search([("profile_id", "=", profile.id)])
        self.assertEqual((intake.partner_id, intake.filename), (self.customer, "o.csv"))
        self.assertEqual(self.quotations(intake).order_line.product_uom_qty, 7)
        stranger = mail.as_string().replace("ap@customer", "nobody@else").replace("order-1", "o-2")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            gateway.message_process(None, stranger)
        self.assertEqual(self.intakes.search_count([("profile_id", "=", profile.id)]), 1)

    def test_upload_shows_the_preview_or_says_why_not(self):
        with Form(self.env["ar.order.intake.upload"]) as form:
            form.file = base64.b64encode((HEADER + "C-7;PO 1;A-1;1;;\n").encode())
        form.record.filename = "orders.csv"
        action = form.record.action_upload()
        intake = self.env["ar.order.intake"].browse(action["res_id"])
        self.assertEqual(intake.state, "checked")
        with self.assertRaisesRegex(UserError, "taken in already"):
            form.record.action_upload()
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere Ltd"})
        self.env.user.company_ids -= elsewhere
        form.record.company_id = elsewhere
        with self.assertRaises(AccessError):
            form.record.action_upload()

    def test_roles(self):
        intake = self.receive(HEADER + "C-7;PO 1;A-1;1;;\n")
        groups = {"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
        seller = new_test_user(
            self.env, "intake_seller", groups="sales_team.group_sale_salesman", **groups
        )
        auditor = new_test_user(
            self.env,
            "intake_auditor",
            groups="ar_automation.ar_automation_group_auditor",
            **groups,
        )
        for method in ("action_take", "action_check", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(intake.with_user(auditor), method)()
        intake.with_user(seller).action_take()
        self.assertEqual(self.quotations(intake).create_uid, seller)
