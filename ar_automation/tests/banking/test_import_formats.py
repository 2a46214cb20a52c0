from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_case import ImportCase

OFX = b"""OFXHEADER:100
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><ACCTID>DE89370400440532013000</BANKACCTFROM>
<BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302233000[-5:EST]<TRNAMT>250,00<FITID>F1
<NAME>Blue Ltd<MEMO>INV/2026/00017</STMTTRN>
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20260303<TRNAMT>-1.50<FITID>F2<NAME>Fee</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>348.50<DTASOF>20260303</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""
BAI2 = b"""01,121099999,ACME,260303,0600,1,80,,2/
02,ACME,121099999,1,260302,2359,EUR,2/
03,DE89370400440532013000,,010,10000,,,015,34850,,/
16,195,25000,Z,B1,,BLUE LTD
88,INV/2026/00017/
16,698,150,Z,B2,,FEE/
49,70000,5/
98,70000,1,7/
99,70000,1,9/"""
QIF = b"""!Type:Bank
D2026-03-02
T250.00
PBlue Ltd
MINV/2026/00017
^
D2026-03-03
T-1.50
PFee
^
"""


@tagged("post_install", "-at_install")
class TestImportFormats(ImportCase):
    """Files of each format, through the same door as any other."""

    def check(self, content, journal, state):
        lines = self.load(content, journal=journal, name="march.txt")
        self.assertEqual(sorted(lines.mapped("amount")), [-1.5, 250.0])
        payment = lines.filtered(lambda line: line.amount > 0)
        self.assertIn("INV/2026/00017", payment.payment_ref)
        self.assertEqual(str(payment.date), "2026-03-02")
        self.assertEqual(lines.ar_import_id.state, state)
        self.assertFalse(self.load(content, journal=journal, name="again.txt"))
        return payment

    def test_ofx(self):
        payment = self.check(OFX, self.journal, "unproven")
        self.assertEqual((payment.partner_name, payment.ar_bank_reference), ("Blue Ltd", "F1"))
        self.assertEqual(payment.ar_import_id.balance_end, 348.5)

    def test_bai2(self):
        payment = self.check(BAI2, self.journal, "proven")
        self.assertEqual(payment.ar_bank_reference, "B1")
        self.assertTrue(payment.statement_id.is_complete)

    def test_qif_goes_to_a_journal_without_account_number_only(self):
        with self.assertRaisesRegex(UserError, "Nothing was imported"):
            self.load(QIF)
        payment = self.check(QIF, self.create_journal("QIF", "", self.eur), "unproven")
        self.assertEqual(payment.partner_name, "Blue Ltd")

    def test_what_only_announces_is_refused(self):
        interim = BAI2.replace(b"EUR,2/", b"EUR,3/")
        with self.assertRaisesRegex(UserError, "bai2.interim"):
            self.load(interim)
