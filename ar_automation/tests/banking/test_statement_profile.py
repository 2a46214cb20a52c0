import base64

from odoo.addons.web.controllers.export import CSVExport
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ...banking.formats.table.banks import BANKS
from .import_case import IBAN, ImportCase

BUNQ = """"Datum","Bedrag","Rekening","Tegenrekening","Naam","Omschrijving"
"2026-03-02","250,00","{account}","NL91ABNA0417164300","Blue Ltd","INV/2026/00017"
"2026-03-03","-1,50","{account}","","Bank","Fee"
"2026-03-03","-1,50","{account}","","Bank","Fee"
"""
OWN = """Day;Sum;For;Rest
02.03.2026;250,00;INV/2026/00017;350,00
03.03.2026;-1,50;Fee;348,50
"""
BAI2_WRONG = b"""01,121099999,ACME,260303,0600,1,80,,2/
02,ACME,121099999,1,260302,2359,EUR,2/
03,DE89370400440532013000,,010,10000,,,015,34850,,/
16,195,25000,Z,B1,,BLUE LTD/
16,698,150,Z,B2,,FEE/
49,70001,4/
98,70001,1,6/
99,70001,1,8/"""


@tagged("post_install", "-at_install")
class TestStatementProfile(ImportCase):
    """Tables come in by a profile, which is tried on a file before it is used."""

    def own_profile(self, **settings):
        return self.env["ar.statement.profile"].create(
            {
                "name": "Own bank",
                "column_booking_date": "Day",
                "column_amount": "Sum",
                "column_balance": "Rest",
                "texts": "For",
                "date_formats": "DD.MM.YYYY",
                "decimal_mark": ",",
                **settings,
            }
        )

    def test_shipped_profiles_say_what_was_written_down(self):
        self.env["ar.statement.profile"]._create_shipped()  # as an update does
        for bank in BANKS:
            [record] = self.env["ar.statement.profile"].search([("name", "=", bank.name)])
            self.assertEqual(record.ar_table_profile(), bank)

    def test_what_people_changed_survives_an_update(self):
        record = self.env.ref("ar_automation.ar_statement_profile_bunq")
        record.column_amount = "Sum"
        self.env["ar.statement.profile"]._create_shipped()
        self.assertEqual(record.column_amount, "Sum")

    def test_a_table_of_a_known_bank_is_imported_without_asking(self):
        content = BUNQ.format(account=IBAN).encode()
        lines = self.load(content, name="march.csv")
        self.assertEqual(lines.mapped("amount"), [250.0, -1.5, -1.5])  # true twins survive
        self.assertEqual(lines[0].partner_name, "Blue Ltd")
        self.assertIn("INV/2026/00017", lines[0].payment_ref)
        self.assertEqual(lines.ar_import_id.profile_name, "bunq")
        self.assertEqual(lines.ar_import_id.state, "unproven")
        self.assertFalse(self.load(content, name="again.csv"))

    def test_a_table_of_another_account_is_refused(self):
        content = BUNQ.format(account="NL47BUNQ2025181418").encode()
        with self.assertRaisesRegex(UserError, "NL47BUNQ2025181418.*Nothing was imported"):
            self.load(content, name="march.csv")

    def test_the_journal_s_profile_is_used_as_it_is(self):
        with self.assertRaisesRegex(UserError, "fits none of the profiles.*Nothing was imported"):
            self.load(OWN.encode(), name="march.csv")
        self.journal.ar_statement_profile_id = self.own_profile()
        lines = self.load(OWN.encode(), name="march.csv")
        self.assertEqual(lines.mapped("amount"), [250.0, -1.5])
        self.assertEqual(lines.ar_import_id.state, "proven")
        self.assertEqual(lines.statement_id.balance_end_real, 348.5)
        with self.assertRaisesRegex(UserError, "no row of the table is the header"):
            self.load(BUNQ.format(account=IBAN).encode(), name="other.csv")

    def test_missing_rows_are_shown_and_treated_as_the_journal_says(self):
        self.journal.ar_statement_profile_id = self.own_profile()
        content = OWN.replace("348,50", "300,00").encode()
        self.journal.ar_balance_policy = "refuse"
        with self.assertRaisesRegex(UserError, "row 3: the balance 300.00 is not"):
            self.load(content, name="march.csv")
        self.journal.ar_balance_policy = "import"
        record = self.load(content, name="march.csv").ar_import_id
        self.assertEqual((record.state, record.balance_gap), ("gap", -48.5))
        self.assertIn("rows may be missing", record.message)

    def test_wrong_control_totals_are_shown_and_treated_as_the_journal_says(self):
        self.journal.ar_balance_policy = "refuse"
        with self.assertRaisesRegex(UserError, "control total.*Nothing was imported"):
            self.load(BAI2_WRONG, name="march.bai")
        self.journal.ar_balance_policy = "import"
        record = self.load(BAI2_WRONG, name="march.bai").ar_import_id
        self.assertEqual((record.state, record.balance_gap, record.created_count), ("gap", 0, 2))
        self.assertIn("the control total of account", record.message)
        inbox = self.env["ar.exception"].search([("res_id", "=", record.id)])
        self.assertIn("statement.does_not_add_up", inbox.mapped("code"))

    def test_an_archived_or_foreign_profile_is_not_guessed(self):
        profile = self.own_profile()
        self.assertTrue(self.load(OWN.encode(), name="march.csv"))
        content = OWN.replace("INV/2026/00017", "another").encode()
        profile.active = False
        with self.assertRaisesRegex(UserError, "fits none"):
            self.load(content, name="march.csv")
        other = self.env["res.company"].create({"name": "Another"})
        profile.write({"active": True, "company_id": other.id})
        with self.assertRaisesRegex(UserError, "fits none"):
            self.load(content, name="march.csv")

    def test_settings_that_cannot_work_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "name the columns for: Amount"):
            self.own_profile(column_amount=False)
        with self.assertRaisesRegex(ValidationError, "name the columns for: Says the direction"):
            self.own_profile(sign="flag")
        with self.assertRaisesRegex(ValidationError, "'DD.MM' is no date format"):
            self.own_profile(date_formats="DD.MM")

    def test_the_preview_follows_the_settings(self):
        action_view = "ar_automation.ar_statement_profile_view_form"
        with Form(self.env["ar.statement.profile"], view=action_view) as form:
            form.name = "Own bank"
            form.sample_file = base64.b64encode(OWN.encode())
            self.assertIn("is missing", form.sample_preview)
            self.assertIn("For", form.sample_preview)  # the titles, to choose from
            form.column_booking_date = "Day"
            form.column_amount = "Sum"
            self.assertIn("is no day of the calendar (expected is YYYY-MM-DD)", form.sample_preview)
            self.assertIn("Row 2", form.sample_preview)
            form.date_formats = "DD.MM.YYYY"
            self.assertIn("248.50", form.sample_preview)
            self.assertIn("Without balances", form.sample_preview)
            form.column_balance = "Rest"
            self.assertIn("Proven", form.sample_preview)
            form.texts = "For"
            self.assertIn("INV/2026/00017", form.sample_preview)
        self.assertFalse(form.record.sample_file)

    def test_the_preview_shows_what_a_file_says_and_runs_none_of_it(self):
        profile = self.own_profile()
        hostile = "<script>alert(1)</script>"
        profile.sample_file = base64.b64encode(OWN.replace("Fee", hostile).encode())
        self.assertNotIn("<script", profile.sample_preview)
        self.assertIn("&lt;script&gt;", profile.sample_preview)
        for content in (b"", b"\0", b"PK\x03\x04", b"\xff\xfe", b'"', b"<x/>"):
            profile.sample_file = base64.b64encode(content)
            self.assertNotIn("Proven", profile.sample_preview or "")

    def test_a_formula_is_a_text_and_cannot_run_from_an_export_either(self):
        self.journal.ar_statement_profile_id = self.own_profile()
        payload = '=HYPERLINK("http://127.0.0.1/")'
        quoted = payload.replace('"', '""')
        lines = self.load(OWN.replace("Fee", f'"{quoted}"').encode(), name="march.csv")
        text = lines.filtered(lambda line: line.amount < 0).payment_ref
        self.assertEqual(text, payload)
        exported = CSVExport().from_data([{"label": "Label"}], ["Label"], [[text]])
        self.assertIn("\"'=HYPERLINK", exported)

    def test_who_may_see_and_change_profiles(self):
        profile = self.own_profile()
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        self.assertEqual(profile.with_user(clerk).name, "Own bank")
        self.assertFalse(profile.with_user(clerk).has_access("write"))
        boss = new_test_user(self.env, "boss", "ar_automation.ar_automation_group_supervisor")
        copy = profile.with_user(boss).copy()
        self.assertEqual(copy.name, "Own bank (copy)")
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        self.assertFalse(profile.with_user(stranger).has_access("read"))
