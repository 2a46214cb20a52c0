"""A file that is read piece by piece gives the same lines as one that is kept in memory."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from ...models.banking import bulk_lines, statement_importer
from ...models.banking.statement_filling import FROM_LINES
from .camt_builder import camt053, entry, statement
from .import_case import OTHER_IBAN, ImportCase

LINE = ["journal_id", "date", "amount", "payment_ref", "ar_transaction_key", "ar_bank_reference"]
RECORD = ["journal_id", "state", "message", "date", "created_count", "known_count", "fingerprint"]
STATEMENT = ["name", "journal_id", "currency_id", "date", "balance_start", "balance_end"]
PROOF = ["balance_end_real", "is_complete", "is_valid"]


@tagged("post_install", "-at_install")
class TestImportLarge(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.create_journal("BNKB", OTHER_IBAN, cls.eur)
        entries = [entry(n + 1, f"t{n}", reference=f"R{n % 5}") for n in range(11)]
        page = statement(entries, opening="7")
        pending = entry(4, "later", status="PDNG")
        cls.content = camt053(
            page,
            page,  # stands in the file twice, and is booked once
            statement([entry(1, "a"), entry(1, "a"), pending], iban=OTHER_IBAN, identifier="o"),
            statement([entry(3, "x")], iban="AT611904300234573201", identifier="x"),
        )

    @contextmanager
    def piece_by_piece(self, window=4, keys=3, chunk=3):
        with (
            patch.object(statement_importer, "KEPT_BYTES", 0),
            patch.object(statement_importer, "WINDOW", window),
            patch.object(statement_importer, "KEYS_AT_ONCE", keys),
            patch.object(bulk_lines, "CHUNK", chunk),
        ):
            yield

    def facts(self, lines):
        """What the lines, their imports and their statements say."""
        return [
            [
                {name: record[name] for name in names}
                for record in records.with_env(self.env).sorted("id")
            ]
            for records, names in (
                (lines, LINE),
                (self.imports(), RECORD),
                (lines.statement_id, STATEMENT + PROOF),
            )
        ]

    def test_a_large_file_gives_what_a_small_one_gives(self):
        with self.env.cr.savepoint() as savepoint:
            expected = self.facts(self.load(self.content))
            savepoint.rollback()
        self.env.invalidate_all()
        with self.piece_by_piece():
            lines = self.load(self.content)
            self.assertEqual(len(lines), 13)
            self.assertEqual(self.facts(lines), expected)
            self.assertFalse(self.load(self.content), "all is known")
            lines.statement_id.unlink()
            lines[2:4].unlink()
            self.assertEqual(len(self.load(self.content)), 2)

    def test_the_statement_says_of_its_lines_what_core_would_say(self):
        with self.piece_by_piece():
            container = self.load(self.content).statement_id[:1]
        names = [*FROM_LINES, "currency_id", "company_id", "is_valid"]
        found = {name: container[name] for name in names}
        for name in FROM_LINES:
            self.env.add_to_compute(container._fields[name], container)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual({name: container[name] for name in names}, found)
        self.assertTrue(found["is_complete"] and found["is_valid"])
        self.assertEqual((found["balance_end"], found["journal_id"]), (73.0, self.journal))

    def test_the_number_of_statements_for_each_chunk_does_not_grow(self):
        counts = []
        for number, size in enumerate((20, 20, 40, 60, 80)):
            entries = [entry(1, reference=f"{number}-{n}") for n in range(size)]
            content = camt053(statement(entries, identifier=f"S{number}"))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.piece_by_piece(window=20, keys=100, chunk=20):
                self.assertEqual(len(self.load(content)), size)
            counts.append(self.env.cr.sql_log_count - before)
        _warm, one, two, three, four = counts
        # What the registry keeps for all may be looked up again at any time.
        self.assertAlmostEqual(four - three, two - one, delta=2)
