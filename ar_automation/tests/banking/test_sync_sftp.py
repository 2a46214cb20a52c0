"""Files from an SFTP folder become lines, and the folder shows what became of the files."""

import os
import tempfile
from pathlib import Path

from odoo.tests import tagged

from .camt_builder import camt053, entry, statement
from .connectors.sftp_server import serving_files
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestSyncSftp(ImportCase):
    def setUp(self):
        super().setUp()
        root = tempfile.TemporaryDirectory()
        self.addCleanup(root.cleanup)
        self.out = Path(root.name) / "out"
        self.out.mkdir()
        serving = serving_files(root.name)
        self.server = serving.__enter__()
        self.addCleanup(serving.__exit__, None, None, None)
        self.connection = self.env["ar.bank.connection"].create(
            {"name": "Folder", "provider": "sftp", "company_id": self.company.id}
        )
        values = self.server.settings()
        for setting in self.connection.setting_ids:
            setting.shown_value = values.get(setting.name, setting.shown_value)
        self.feed = self.env["ar.bank.feed"].create(
            {
                "connection_id": self.connection.id,
                "journal_id": self.journal.id,
                "account_identifier": "/out",
                "currency_code": "EUR",
                "from_date": "2026-03-01",
            }
        )

    def put(self, name, content):
        path = self.out / name
        path.write_bytes(content)
        os.utime(path, (1_772_445_600, 1_772_445_600))

    def names(self, subfolder):
        folder = self.out / subfolder
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []

    def test_a_statement_is_imported_and_moved_and_a_broken_file_set_aside(self):
        self.put("good.xml", camt053(statement([entry(100, "INV/1"), entry(-20, "Fee")])))
        self.put("broken.xml", camt053(statement([entry(1)]))[:-200])
        sync = self.connection.ar_sync()
        self.assertEqual(sync.counts["new"], 2, sync.sentence)
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )
        self.assertEqual(sorted(lines.mapped("amount")), [-20, 100])
        self.assertEqual(self.names("processed"), ["good.xml"])
        self.assertEqual(self.names("failed"), ["broken.xml"])
        self.assertEqual(self.connection.ar_sync().counts["new"], 0)

    def test_a_feed_of_statements_is_proven_by_the_newest_of_them(self):
        self.put("first.xml", camt053(statement([entry(100, "INV/1")], opening="50")))
        self.connection.ar_sync()
        self.assertEqual((self.feed.proof, self.feed.bank_balance), ("proven", 150))
        self.assertEqual(str(self.feed.bank_balance_date), "2026-03-02")
        self.put("short.xml", camt053(statement([entry(5, "INV/2")], opening="150", closing="175")))
        self.connection.ar_sync()
        self.assertEqual((self.feed.proof, self.feed.balance_gap), ("gap", 20))
        self.assertEqual((self.feed.bank_balance, self.feed.line_balance), (175, 155))
        self.assertEqual(self.feed._prepare_card()["proof"], "gap")
        whole = statement([entry(5, "INV/2"), entry(20, "INV/3")], opening="150")
        self.put("whole.xml", camt053(whole))
        self.connection.ar_sync()
        self.assertEqual((self.feed.proof, self.feed.balance_gap), ("proven", 0))

    def test_a_dry_run_moves_nothing(self):
        self.put("good.xml", camt053(statement([entry(100, "INV/1")])))
        self.connection.ar_sync(dry_run=True)
        self.assertEqual((self.names("processed"), self.names("failed")), ([], []))
        self.assertTrue((self.out / "good.xml").is_file())
