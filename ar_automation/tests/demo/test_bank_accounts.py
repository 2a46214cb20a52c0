from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...demo import bank_values as bank
from ...demo.bank_accounts import (
    ACCOUNTS,
    EXPORT,
    MAIN,
    NORDIC,
    choose_account,
    previous_working_day,
    split_entries,
)
from ...demo.bank_values import Conversion, Detail, Entry, Party

DAY = date(2026, 3, 18)
GERMAN = Detail(Decimal("10.00"), Party("Brandt GmbH", "DE89370400440532013000"), "Rechnung 1")
FRENCH = replace(GERMAN, party=Party("Garnier SA", "FR1420041010050500013M02606"))


def entry(*details, batch=""):
    amount = sum(detail.amount for detail in details)
    return Entry(amount, bank.TRANSFER_IN, DAY, "A1", details, batch=batch)


@tagged("post_install", "-at_install")
class TestBankAccounts(BaseCase):
    """On which of the three accounts a payment arrives."""

    def test_who_pays_decides(self):
        self.assertIs(choose_account(entry(GERMAN)), MAIN)
        self.assertIs(choose_account(entry(FRENCH)), NORDIC)
        self.assertIs(choose_account(entry(replace(GERMAN, party=Party("Gehälter")))), MAIN)

    def test_what_only_a_file_tells_arrives_where_files_are_read(self):
        dollars = Conversion(Decimal("10.80"), "USD", Decimal("1.08"))
        for special in (
            {"conversion": dollars},
            {"document": "INV/1"},
            {"ultimate": "Tochter GmbH"},
            {"return_code": "AM04"},
        ):
            self.assertIs(choose_account(entry(replace(FRENCH, **special))), EXPORT)
        self.assertIs(choose_account(entry(GERMAN, FRENCH, batch="B1")), EXPORT)

    def test_every_entry_arrives_once(self):
        entries = [entry(GERMAN), entry(FRENCH), entry(GERMAN, GERMAN, batch="B1")]
        openings = {account.code: account.opening for account in ACCOUNTS}
        days = split_entries(entries, DAY, "Nordwind", openings)
        self.assertEqual([len(day.entries) for day in days], [1, 1, 1])
        self.assertEqual([day.opening for day in days], list(openings.values()))
        self.assertEqual([day.day for day in days], [DAY, previous_working_day(DAY), DAY])
        self.assertEqual(days[1].entries[0].valued, days[1].day)

    def test_the_working_day_before(self):
        for day, before in ((16, 13), (15, 13), (14, 13), (18, 17)):
            self.assertEqual(
                previous_working_day(date(2026, 3, day)), date(2026, 3, before), f"March {day}"
            )
