"""A company with a bank journal, for tests that import files."""

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

IBAN, OTHER_IBAN = "DE89370400440532013000", "NL91ABNA0417164300"


class ImportCase(AccountTestInvoicingCommon):
    iban = IBAN

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.journal = cls.create_journal("BNKA", cls.iban, cls.eur)

    @classmethod
    def create_journal(cls, code, number, currency):
        account = (
            cls.env["res.partner.bank"].create(
                {
                    "acc_number": number,
                    "partner_id": cls.company.partner_id.id,
                    "allow_out_payment": True,
                }
            )
            if number
            else cls.env["res.partner.bank"]
        )
        return cls.env["account.journal"].create(
            {
                "name": f"Bank {code}",
                "code": code,
                "type": "bank",
                "currency_id": currency.id,
                "bank_account_id": account.id,
                "company_id": cls.company.id,
            }
        )

    def load(self, content, journal=None, name="march.xml"):
        return (journal or self.journal).ar_import_statement_file(name, content)

    def imports(self):
        return self.env["ar.statement.import"].search([("company_id", "=", self.company.id)])
