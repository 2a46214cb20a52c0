import os
import tempfile
import time
from pathlib import Path

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .camt_builder import camt053, entry, statement
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestWatchFolder(ImportCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.journal.ar_watch_folder = str(self.folder)
        self.job = self.env["ar.job.banking.watch_folder"]

    def put(self, name, content, age=60):
        path = self.folder / name
        path.write_bytes(content)
        os.utime(path, (time.time() - age,) * 2)

    def run_job(self, **options):
        run = self.job.ar_run_job(self.company, **options)
        if not options.get("dry_run"):
            self.env.cr.postcommit.run()
        return run

    def test_files_are_imported_and_moved_away(self):
        self.put("day.xml", camt053(statement([entry(12, "a")])))
        self.put("half.xml", b"<Docu", age=0)
        run = self.run_job()
        self.assertEqual(run.ar_count_by_kind(), {"imported": 1})
        self.assertEqual(self.imports().filename, "day.xml")
        self.assertTrue((self.folder / "imported" / "day.xml").exists())
        self.assertTrue((self.folder / "half.xml").exists(), "still being written")

    def test_a_bad_file_is_set_aside_and_the_good_one_comes_in(self):
        self.put("bad.xml", b"<Document")
        self.put("day.xml", camt053(statement([entry(12, "a")])))
        self.run_job()
        self.assertTrue((self.folder / "refused" / "bad.xml").exists())
        self.assertTrue((self.folder / "imported" / "day.xml").exists())
        row = self.env["ar.exception"].search([("code", "=", "statement.refused")])
        self.assertIn("bad.xml", row.message)

    def test_a_crash_before_the_file_was_moved_changes_nothing(self):
        self.put("day.xml", camt053(statement([entry(12, "a")])))
        self.job.ar_run_job(self.company)
        self.env.cr.postcommit.clear()  # the worker died here
        self.run_job()
        self.assertEqual(self.imports().created_count, 1)
        self.assertTrue((self.folder / "imported" / "day.xml").exists())

    def test_a_simulation_moves_nothing(self):
        self.put("day.xml", camt053(statement([entry(12, "a")])))
        run = self.run_job(dry_run=True)
        self.env.cr.postcommit.run()
        self.assertEqual(run.done_count, 1)
        self.assertTrue((self.folder / "day.xml").exists())
        self.assertFalse(self.imports())

    def test_a_folder_that_cannot_be_read_is_reported(self):
        self.journal.ar_watch_folder = str(self.folder / "nowhere")
        self.run_job()
        row = self.env["ar.exception"].search([("code", "=", "feed.folder_unreadable")])
        self.assertEqual((row.res_id, row.state), (self.journal.id, "waiting"))

    def test_a_neutralised_copy_touches_no_folder_and_sends_nothing(self):
        self.company.write({"ar_send_automatically": True, "ar_dunning_auto": True})
        self.env.flush_all()
        for query in get_neutralization_queries(["ar_automation"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.journal.ar_watch_folder)
        self.assertFalse(self.company.ar_send_automatically or self.company.ar_dunning_auto)

    def test_the_job_is_off_without_a_folder(self):
        self.assertTrue(self.job._job_is_enabled(self.company))
        self.journal.ar_watch_folder = False
        self.assertFalse(self.job._job_is_enabled(self.company))
