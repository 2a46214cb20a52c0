from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...banking.formats.detection import parse_statements
from ...demo import bank_values as bank
from ...demo.bank_values import BankDay, Conversion, Detail, Entry, Party
from ...demo.camt_writer import write_statement

DAY = date(2026, 3, 18)
PAYER = Party("Brandt & Söhne GmbH", "DE89370400440532013000", "COBADEFFXXX")


def entry(*details, code=bank.TRANSFER_IN, batch=""):
    amount = sum((detail.amount for detail in details), Decimal(0))
    return Entry(amount, code, DAY, "REF1", details, batch=batch)


@tagged("post_install", "-at_install")
class TestCamtWriter(BaseCase):
    """What is written is read back by the addon's own reader."""

    def write_and_read(self, *entries):
        day = BankDay(
            "DE94370400440532013007",
            "EUR",
            "Nordwind",
            "COBADEFFXXX",
            DAY,
            Decimal("100.50"),
            entries,
        )
        [statement] = parse_statements(write_statement(day), "day.xml")
        return statement

    def test_balances_are_proven(self):
        statement = self.write_and_read(
            entry(Detail(Decimal("119.00"), PAYER)), entry(Detail(Decimal("-7.25"), PAYER))
        )
        self.assertEqual(statement.source_version, "08")
        self.assertEqual(statement.opening.amount, Decimal("100.50"))
        self.assertEqual(statement.closing.amount, Decimal("212.25"))
        self.assertEqual(statement.balance_gap, 0)

    def test_an_overdrawn_account(self):
        statement = self.write_and_read(entry(Detail(Decimal("-300.00"), PAYER)))
        self.assertEqual(statement.closing.amount, Decimal("-199.50"))

    def test_a_day_without_entries(self):
        statement = self.write_and_read()
        self.assertEqual(statement.transactions, ())
        self.assertEqual(statement.balance_gap, 0)

    def test_what_the_payer_wrote(self):
        detail = Detail(
            Decimal("119.00"),
            PAYER,
            "Rechnung <7> & 8",
            document="INV/2026/00007",
            end_to_end="E2E-1",
        )
        [line] = self.write_and_read(entry(detail)).transactions
        self.assertEqual(line.remittance.text, "Rechnung <7> & 8")
        self.assertEqual(line.remittance.documents[0].number, "INV/2026/00007")
        self.assertEqual(line.identifiers.end_to_end_id, "E2E-1")
        self.assertEqual(line.counterparty.name, PAYER.name)
        self.assertEqual(line.counterparty.account, PAYER.account)
        self.assertEqual(line.counterparty.bic, PAYER.bic)

    def test_a_collective_booking_is_split(self):
        details = [
            Detail(Decimal(amount), PAYER, f"Rechnung {amount}")
            for amount in ("10.00", "20.00", "30.00")
        ]
        statement = self.write_and_read(entry(*details, batch="BATCH1"))
        self.assertEqual(statement.entry_count, 1)
        self.assertEqual(
            [line.amount for line in statement.transactions],
            [Decimal(10), Decimal(20), Decimal(30)],
        )

    def test_a_foreign_payment(self):
        conversion = Conversion(Decimal("1000.00"), "USD", Decimal("1.0800"), Decimal("18.00"))
        payer = Party("Erie Lakes Inc.", "000123456789", "CHASUS33XXX")
        [line] = self.write_and_read(
            entry(Detail(Decimal("909.26"), payer, "INV 1", conversion=conversion))
        ).transactions
        self.assertEqual(line.exchange.foreign.amount, Decimal("1000.00"))
        self.assertEqual(line.exchange.rate, Decimal("1.08"))
        self.assertEqual(line.charges[0].amount, Decimal("-18.00"))
        self.assertEqual(line.counterparty.account, "000123456789")

    def test_a_returned_direct_debit_names_the_customer(self):
        detail = Detail(
            Decimal("-59.00"),
            PAYER,
            "Rückgabe",
            end_to_end="INV/1",
            return_code="AM04",
            mandate="M1",
        )
        [line] = self.write_and_read(entry(detail, code=bank.DEBIT_RETURNED)).transactions
        self.assertEqual(line.return_reason.code, "AM04")
        self.assertEqual(line.counterparty.name, PAYER.name)
        self.assertEqual(line.identifiers.mandate_id, "M1")
