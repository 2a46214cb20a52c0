import doctest
import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, freeze_time, tagged

from ...engine.dunning import handover
from ...engine.dunning.handover import name_file, pack, write_table
from .common import TODAY
from .writeoff_common import WriteoffCommon


@tagged("post_install", "-at_install")
class TestHandoverPapers(BaseCase):
    def test_examples_of_the_module(self):
        self.assertEqual(doctest.testmod(handover).failed, 0)

    def test_what_customers_write_is_no_formula(self):
        for evil in ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"):
            self.assertIn(f"'{evil[0]}", write_table(["a"], [[evil]]).decode("utf-8-sig"))

    def test_names_stay_in_the_archive(self):
        taken = set()
        for evil in ("../../etc/passwd", "a/b", "", "x" * 500, "a\\b", "a/b"):
            name = name_file(evil, ".pdf", taken)
            self.assertNotRegex(name, r"[/\\]|^\.")
        self.assertEqual(len(taken), 6)

    def test_the_same_papers_are_the_same_file(self):
        self.assertEqual(pack({"a": b"1", "b": b"2"}), pack({"a": b"1", "b": b"2"}))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestHandover(WriteoffCommon):
    """A case from its papers to its end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env["res.partner"].create({"name": "Collect & Co"})

    def prepare(self, *invoices):
        items = self.env["account.move.line"].concat(*(self.item(move) for move in invoices))
        cases = self.as_role("collector", self.env["ar.handover"])
        return cases.ar_prepare(items, self.agency)

    def read_pack(self, case):
        # tests render no PDFs unless they ask for it
        case.with_context(force_report_rendering=True).action_make_pack()
        archive = zipfile.ZipFile(io.BytesIO(case.with_env(self.env).pack_id.raw))
        return {name: archive.read(name) for name in archive.namelist()}

    def give_pdf(self, invoice, content):
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": content,
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    def test_papers(self):
        invoice, broken = self.late_invoice(60), self.late_invoice(40)
        self.give_pdf(broken, b"no PDF at all")
        self.run_day()
        self.env["ar.contact.log"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.partner_a.id,
                "outcome_id": self.env["ar.contact.outcome"].search([], limit=1).id,
                "note": "=cmd|calc",
            }
        )
        case = self.prepare(invoice, broken)
        files = self.read_pack(case)
        names = set(files)
        tables = (
            "open_items",
            "proof_of_delivery",
            "reminders",
            "contacts",
            "promises",
            "interest",
        )
        self.assertLessEqual({f"{name}.csv" for name in tables}, names)
        self.assertIn("cover_sheet.txt", names)
        self.assertIn("statement_of_account.pdf", names)
        cover = files["cover_sheet.txt"].decode()
        self.assertIn("Collect & Co", cover)
        self.assertEqual(cover.count(self.partner_a.name), 1)
        self.assertIn(broken.name, case.problems)
        self.assertIn("left out", case.problems)
        self.assertNotIn(f"{broken.name.replace('/', '_')}.pdf", names)
        self.assertIn(f"{invoice.name.replace('/', '_')}.pdf", names)
        self.assertIn("'=cmd", files["contacts.csv"].decode())
        self.assertIn(invoice.name, files["reminders.csv"].decode())
        self.assertNotIn("False", files["reminders.csv"].decode())
        self.assertIn(invoice.name, files["open_items.csv"].decode())

    def test_reminders_stop_until_it_ends(self):
        invoice = self.late_invoice(60)
        case = self.prepare(invoice)
        asked = self.env["ar.collection.pause"]
        self.assertFalse(asked.ar_get_paused(self.item(invoice), TODAY))
        case.sudo().pack_id = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        case.action_hand_over()
        (row,) = self.env["ar.worklist"].with_company(self.company).ar_rank()
        self.assertEqual((row["band"], row["reasons"][0]["code"]), ("paused", "handover"))
        (_until, sentence) = asked.ar_get_paused(self.item(invoice), TODAY)[self.item(invoice).id]
        self.assertIn("Collect & Co", sentence)
        self.assertFalse(self.run_day().notice_ids)
        with self.assertRaisesRegex(UserError, "Still open"):
            case.action_paid()
        case.action_withdraw()
        self.assertFalse(asked.ar_get_paused(self.item(invoice), TODAY))
        self.assertEqual(case.ended_date, TODAY)
        self.assertTrue(self.prepare(invoice))

    def test_paid(self):
        invoice = self.late_invoice(60)
        case = self.prepare(invoice)
        case.sudo().pack_id = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        case.action_hand_over()
        self._register_payment(invoice)
        case.action_paid()
        self.assertEqual(case.state, "paid")
        with self.assertRaises(UserError):
            case.action_close()
        with self.assertRaises(UserError):
            case.unlink()

    def test_wrong_items(self):
        invoice = self.late_invoice(60)
        self.prepare(invoice)
        with self.assertRaisesRegex(UserError, "already"):
            self.prepare(invoice)
        with self.assertRaises(UserError):
            self.prepare(self.late_invoice(9), self.late_invoice(9, partner=self.partner_b))

    def test_roles_and_screens(self):
        invoice = self.late_invoice(60)
        case = self.prepare(invoice)
        with Form(case) as form:
            form.reference = "AZ 12/26"
            form.fee = 45
        for role in ("auditor", "credit_manager"):
            with self.assertRaises(AccessError):
                self.as_role(role, case).action_hand_over()
        with self.assertRaises(AccessError):
            case.write({"state": "paid"})
        action = self.late_invoice(20).action_ar_hand_over()
        wizard = self.as_role("collector", self.env["ar.handover.prepare"])
        with Form(wizard.with_context(**action["context"])) as form:
            form.kind = "lawyer"
            form.agency_id = self.agency
        form.record.action_confirm()
        made = self.env["ar.handover"].search([("kind", "=", "lawyer")])
        self.assertTrue(made.pack_id)
