import json
import os
from decimal import Decimal
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_case import ImportCase

SAMPLES = Path(
    os.environ.get("AR_SAMPLES") or Path(__file__).resolve().parents[4] / "shared" / "samples"
)


@tagged("post_install", "-at_install")
class TestSamples(ImportCase):
    """Files that real banks wrote, imported into real journals."""

    iban = "DE02100100109307118603"

    def test_every_camt053_file_gives_its_figures(self):
        if not SAMPLES.exists():
            self.skipTest(f"no folder of sample files at {SAMPLES}")
        facts = json.loads((SAMPLES / "expected.json").read_text())["files"]
        names = sorted(name for name in facts if name.startswith("camt053/"))
        self.assertTrue(names)
        for name in names:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.check_sample(name, facts[name]["statements"])
                savepoint.rollback()

    def check_sample(self, name, parts):
        journals = self.create_journals(parts)
        first = next(iter(journals.values()))
        content = (SAMPLES / name).read_bytes()
        if any(part.get("unreadable_amounts") for part in parts):
            with self.assertRaisesRegex(UserError, "Nothing was imported"):
                first.ar_import_statement_file(name, content)
            return
        lines = first.ar_import_statement_file(name, content)
        details = sum(part["tx_details"] or 0 for part in parts)
        self.assertIn(len(lines), {sum(part["entries"] for part in parts), details})
        for key, journal in journals.items():
            own = lines.filtered(lambda line, journal=journal: line.journal_id == journal)
            total = sum(Decimal(part["booked_sum"]) for part in parts if self.key(part) == key)
            self.assertEqual(Decimal(str(round(sum(own.mapped("amount")), 2))), total, key)
        for part in parts:
            self.check_proof(journals[self.key(part)], part)
        self.assertFalse(first.ar_import_statement_file(name, content))

    def check_proof(self, journal, part):
        records = self.imports().filtered(lambda record: record.journal_id == journal)
        record = records.filtered(lambda record: record.identifier == part["id"])
        states = {True: "proven", False: "gap", None: "unproven"}
        if part["balance_check"] is False and record.state == "unproven":
            currencies = {item["currency"] for item in part["balances"]}
            self.assertGreater(len(currencies), 1, "balances in two currencies prove nothing")
            return
        self.assertEqual(record.state, states[part["balance_check"]])
        if part["opening"] and part["closing"]:
            self.assertAlmostEqual(record.balance_start, float(part["opening"]), 2)
            self.assertAlmostEqual(record.balance_end, float(part["closing"]), 2)

    def key(self, part):
        # One file gives the account in yen and its only entry in euro.
        currencies = list(part["sum_by_currency"])
        currency = part["currency"] or "EUR"
        return part["account"], currencies[0] if len(currencies) == 1 else currency

    def create_journals(self, parts):
        currencies = self.env["res.currency"].with_context(active_test=False)
        journals = {}
        for part in parts:
            account, name = key = self.key(part)
            if key not in journals:
                currency = currencies.search([("name", "=", name)])
                currency.active = True
                journals[key] = self.create_journal(f"S{len(journals)}", account, currency)
        return journals
