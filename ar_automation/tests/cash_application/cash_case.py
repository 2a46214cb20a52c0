"""What tests of booked payments have in common: invoices, payments, and their entries."""

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CashCase(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_bank"]
        cls.bank = cls.journal.default_account_id
        cls.suspense = cls.journal.suspense_account_id
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.lines = cls.env["account.bank.statement.line"]
        cls.policy = cls.env["ar.cash.policy"].ar_get_policy(cls.company)
        cls.partner_a.name = "Alder and Birch Limited"

    @classmethod
    def account(cls, name, account_type="expense"):
        return cls.env["account.account"].create(
            {
                "name": name,
                "code": f"7{len(name)}{sum(map(ord, name))}",
                "account_type": account_type,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    def invoice(self, amount, partner=None, **vals):
        vals = {"tax_ids": [], "invoice_date": "2026-03-01", "post": True, **vals}
        return self._create_invoice_one_line(
            price_unit=amount, partner_id=partner or self.partner_a, **vals
        )

    def pay(self, amount, text, **vals):
        return self.lines.create(
            {
                "journal_id": self.journal.id,
                "amount": amount,
                "payment_ref": text,
                "date": "2026-03-02",
                "partner_name": self.partner_a.name,
                **vals,
            }
        )

    def receivable_of(self, invoice):
        return invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")

    def best(self, line):
        return line.ar_apply_cash(dry_run=True)[line.id][0]

    def open_of(self, invoice):
        return invoice.currency_id.round(invoice.amount_residual)

    def assert_entry(self, line, *expected):
        """Assert the entry but its bank side: ``(account, amount, in currency, partner)``."""
        rows = line.move_id.line_ids.filtered(lambda item: item.account_id != self.bank)
        found = [
            (
                item.account_id,
                item.company_currency_id.round(item.balance),
                item.currency_id.round(item.amount_currency),
                item.partner_id,
            )
            for item in rows.sorted("id")
        ]
        self.assertEqual(found, list(expected))
        self.assertEqual(line.move_id.state, "posted")

    def assert_untouched(self, line):
        """Assert that a payment is back where it was before it was booked."""
        self.assertFalse(line.is_reconciled)
        self.assert_entry(
            line,
            (self.suspense, -line.amount, -line.amount, line.partner_id),
        )
