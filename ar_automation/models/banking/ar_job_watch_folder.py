import time
from functools import partial

from odoo import models
from odoo.exceptions import UserError

from ...banking.formats.size import MAX_BYTES
from ...engine.automation.outcome import JobOutcome
from ...exceptions import ArError
from .watch_folder import IMPORTED, REFUSED, list_ready_files, move_away


class ArJobWatchFolder(models.AbstractModel):
    """Imports the bank files that arrived in the journals' watched folders."""

    _name = "ar.job.banking.watch_folder"
    _inherit = ["ar.job"]
    _description = "Import bank files from watched folders"

    _job_model = "account.journal"
    _job_batch_size = 1

    def _job_due_domain(self, run):
        return [("company_id", "=", run.company_id.id), ("ar_watch_folder", "!=", False)]

    def _job_key(self, record, run):
        # What makes an import happen once are the keys of its transactions; a folder is
        # looked at in every run.
        return f"{record._name},{record.id}:run:{run.id}"

    def _job_is_enabled(self, company):
        journals = self.env["account.journal"].sudo()
        return bool(
            journals.search_count(
                [("company_id", "=", company.id), ("ar_watch_folder", "!=", False)], limit=1
            )
        )

    def _job_process(self, records, run):
        return {journal.id: self._import_folder(journal, run) for journal in records}

    def _import_folder(self, journal, run):
        try:
            files = list_ready_files(journal.ar_watch_folder, time.time())
        except OSError as error:
            raise ArError(
                "feed.folder_unreadable",
                self.env._(
                    "The watched folder %(folder)s of %(journal)s cannot be read: %(reason)s",
                    folder=journal.ar_watch_folder,
                    journal=journal.display_name,
                    reason=error.strerror,
                ),
                hint=self.env._("Correct the folder on the journal, or its rights on the server."),
                retryable=True,
            ) from error
        if not files:
            return JobOutcome.left(self.env._("No new file."), kind="no_file")
        lines = self.env["account.bank.statement.line"]
        for path in files:
            lines |= self._import_file(journal, path, run)
        return JobOutcome.done(
            self.env._("%(lines)s lines from %(files)s files.", lines=len(lines), files=len(files)),
            kind="imported",
        )

    def _import_file(self, journal, path, run):
        lines = self.env["account.bank.statement.line"]
        try:
            if path.stat().st_size > MAX_BYTES:
                raise UserError(self.env._("%s is larger than 64 MB.", path.name))
            lines = journal.ar_import_statement_file(path.name, path.read_bytes())
            verdict = IMPORTED
        except UserError as error:
            self._note_refused(journal, path, str(error), run)
            verdict = REFUSED
        if not run.dry_run:
            self.env.cr.postcommit.add(partial(move_away, path, verdict))
        return lines

    def _note_refused(self, journal, path, reason, run):
        """A bad file gets a record of its own, and so a row of its own in the inbox."""
        record = self.env["ar.statement.import"].create(
            {
                "company_id": journal.company_id.id,
                "journal_id": journal.id,
                "currency_id": (journal.currency_id or journal.company_id.currency_id).id,
                "filename": path.name,
                "state": "refused",
                "message": reason,
                "date": False,
            }
        )
        self.env["ar.exception"].ar_report(
            journal.company_id,
            record,
            "statement.refused",
            reason,
            hint=self.env._(
                "The file lies in the subfolder refused. Put a correct one into the watched folder."
            ),
            run_id=run.id,
        )
