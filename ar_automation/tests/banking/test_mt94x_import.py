from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_case import ImportCase

STATEMENT = """:20:STARTUMS
:25:37040044/0532013000
:28C:41/1
:60F:C260227EUR100,00
:61:2603020302C250,00NTRFNONREF//BANK-1
:86:166?00CREDIT?20EREF+2026-0815?21SVWZ+Invoice INV/2026/00017
?31NL91ABNA0417164300?32Blue Ltd
:61:2603020302RC50,00NTRFNONREF//BANK-2
:86:159?00RETURN?20EREF+2026-0700?34914
:62F:C260302EUR300,00
-
"""
REPORT = """:20:REPORT
:25:DE89370400440532013000
:28C:41/1
:34F:EUR0,
:13D:2603021200+0100
:61:2603020302C250,00NTRFNONREF//BANK-1
:90C:1EUR250,00
-
"""


@tagged("post_install", "-at_install")
class TestMT940Import(ImportCase):
    def test_a_statement_becomes_lines_once(self):
        lines = self.load(STATEMENT.encode(), name="march.sta")
        self.assertRecordValues(
            lines,
            [
                {
                    "amount": 250.0,
                    "payment_ref": "Invoice INV/2026/00017",
                    "partner_name": "Blue Ltd",
                    "account_number": "NL91ABNA0417164300",
                    "ar_bank_reference": "BANK-1",
                    "ar_end_to_end_id": "2026-0815",
                },
                {
                    "amount": -50.0,
                    "payment_ref": "RETURN",
                    "partner_name": "",
                    "account_number": "",
                    "ar_bank_reference": "BANK-2",
                    "ar_end_to_end_id": "2026-0700",
                },
            ],
        )
        record = lines.ar_import_id
        self.assertEqual((record.state, record.balance_end), ("proven", 300.0))
        self.assertTrue(lines.statement_id.is_complete)
        self.assertFalse(self.load(STATEMENT.encode(), name="again.sta"))

    def test_a_statement_of_another_account_is_refused(self):
        content = STATEMENT.replace("0532013000", "0532013001").encode()
        with self.assertRaisesRegex(UserError, "Nothing was imported"):
            self.load(content, name="march.sta")

    def test_a_report_of_the_day_is_not_imported(self):
        with self.assertRaisesRegex(UserError, "MT942.*Nothing was imported"):
            self.load(REPORT.encode(), name="noon.sta")

    def test_a_cut_off_statement_is_not_imported(self):
        with self.assertRaisesRegex(UserError, "breaks off here.*Nothing was imported"):
            self.load(STATEMENT[:150].encode(), name="march.sta")
