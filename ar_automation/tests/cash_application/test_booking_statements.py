"""How many SQL statements booking takes: as many for many payments as for few."""

from collections import Counter

from odoo import Command
from odoo.tests import tagged

from ...models.banking.bulk_lines import create_bank_lines
from .cash_case import CashCase

# Odoo inserts and updates 100 rows, and reads 1,000, with one statement.
ROWS_AT_ONCE = 100


@tagged("post_install", "-at_install")
class TestBookingStatements(CashCase):
    def invoices(self, count):
        """Posted invoices of the same customer, each of an amount of its own."""
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_date": "2026-03-01",
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": 100 + number, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        invoices.action_post()
        return invoices

    def prepare(self, count, prefix):
        return [
            {
                "journal_id": self.journal.id,
                "amount": invoice.amount_total,
                "payment_ref": invoice.name,
                "date": "2026-03-02",
                "partner_name": self.partner_a.name,
                "ar_transaction_key": f"{prefix} {number}",
            }
            for number, invoice in enumerate(self.invoices(count))
        ]

    def count(self, act):
        """Statements until the commit, at which Odoo writes its messages about changes."""
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def assert_constant(self, statements, found):
        """Nothing may be asked line by line, only what rows come in portions for."""
        for count, number in found.items():
            portions = (count - min(found)) / ROWS_AT_ONCE
            self.assertLessEqual(number, found[min(found)] + statements * portions, found)

    def test_booking_takes_as_many_statements_for_300_payments_as_for_10(self):
        found = Counter()
        for count in (2, 10, 100, 300):
            lines = create_bank_lines(self.lines, self.prepare(count, f"a{count}"))
            with self.subTest(count):
                found[count] = self.count(
                    lambda lines=lines, count=count: self.assertEqual(
                        lines.ar_apply_cash()["matched"], count
                    )
                )
        del found[2]  # has read what is read once
        self.assert_constant(25, found)

    def test_importing_and_matching_takes_as_many_statements_for_100_lines_as_for_10(self):
        found = Counter()
        for count in (2, 10, 100):
            vals_list = self.prepare(count, f"b{count}")
            found[count] = self.count(
                lambda vals_list=vals_list: create_bank_lines(self.lines, vals_list, apply=True)
            )
        del found[2]
        self.assert_constant(25, found)

    def changes_told(self, number):
        """Fields whose change is told by a message on the entry of a payment that was matched."""
        invoice = self.invoice(100 + number)
        # Odoo's own test cases leave these messages out
        line = self.pay(100 + number, invoice.name).with_context(tracking_disable=False)
        self.assertEqual(line.ar_apply_cash()["matched"], 1)
        self.env.cr.flush()
        return line.move_id.message_ids.tracking_value_ids.field_id.mapped("name")

    def test_entries_tell_of_changes_only_where_the_law_wants_them_to(self):
        self.assertEqual(self.changes_told(1), [])
        self.company.restrictive_audit_trail = True
        self.assertEqual(self.changes_told(2), ["account_id"])
