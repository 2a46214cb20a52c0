from odoo import fields, models

from ...engine.automation.outcome import JobOutcome
from .ar_bank_connection import LIVE_STATES
from .connection_sync import ConnectionSync


class ArJobBankingSync(models.AbstractModel):
    """Fetches what is new at the banks, one connection after the other.

    The spine locks a connection's row for as long as it is fetched; what is fetched is committed
    page by page beside it. So a killed worker loses at most the page at hand, and the run's line
    of its connection, which the next worker takes up again (see ``connection_sync``).
    """

    _name = "ar.job.banking.sync"
    _inherit = ["ar.job"]
    _description = "Fetch bank transactions"

    _job_model = "ar.bank.connection"
    _job_batch_size = 1

    def _job_due_domain(self, run):
        return [
            ("company_id", "=", run.company_id.id),
            ("active", "=", True),
            ("state", "in", LIVE_STATES),
            ("feed_ids", "!=", False),
            "|",
            ("next_sync_at", "=", False),
            ("next_sync_at", "<=", fields.Datetime.now()),
        ]

    def _job_key(self, record, run):
        # What makes a transaction's line happen once is the transaction; a bank is asked in
        # every run.
        return f"{record._name},{record.id}:run:{run.id}"

    def _job_is_enabled(self, company):
        connections = self.env["ar.bank.connection"].sudo()
        return bool(
            connections.search_count(
                [("company_id", "=", company.id), ("state", "in", LIVE_STATES)], limit=1
            )
        )

    def _job_process(self, records, run):
        return {connection.id: self._sync(connection, run) for connection in records}

    def _sync(self, connection, run):
        sync = ConnectionSync(connection, dry_run=run.dry_run, trigger="cron")
        sync.run_locked()
        if sync.error and sync.error.kind == "rate_limited":
            return JobOutcome.left(sync.error.message, kind=sync.error.kind)
        if sync.error:
            # It stands in the inbox already, with the time of its next attempt.
            return JobOutcome("failed", sync.error.message, sync.error.kind)
        return JobOutcome.done(self.env._("%s fetched.", connection.name), kind="fetched")
