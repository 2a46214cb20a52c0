"""Fetches all accounts of one connection, page by page, so that nothing is lost or doubled.

Three kinds of transactions take part:

* The *caller's* (the job's, or a person's request) locks the connection's row and does nothing else
  until the end. The lock keeps a second worker out, and falls by itself when the worker dies.
* Each *page* has its own: what the page changes in the journal, the cursor behind it and the
  figures of the fetch are committed together. It begins after the bank has answered, so nothing is
  locked while the network is waited for. It first counts up a number on the journal's row; of two
  writers of one journal the later one starts over and sees what the first one stored.
* What a provider gives on the way (tokens) is stored at once, in its own as well.

So if the worker is killed between any two statements,

* before a page's commit: the page left nothing, and its cursor was not moved. It is fetched again.
* after it: lines and cursor are both there. Fetching goes on behind it. A provider without
  cursors, or without names for transactions, begins at the window's first day again; what is known
  is recognised, whoever stored it.
* after a document was stored and before the bank was told: it is delivered again, and its
  transactions are known.

The days of a window count as covered only when its last page is committed; until then every
later fetch asks for them again.
"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from ...banking.connectors.errors import ConnectorError
from ...banking.feed.schedule import pause_between_calls
from .connection_trouble import note_consent, note_failure, note_recovery, warn_of_consent
from .feed_fetch import FeedFetch
from .own_transaction import end_transaction, in_own_transaction, is_plain_test

# Failures of one account, after which the connection's other accounts are still asked.
OF_ONE_ACCOUNT = ("rate_limited", "protocol")


class ConnectionSync:
    """One fetch of one connection.

    :param connection: the connection, with rights to all that a fetch writes.
    :param from_date: look again from this day on; None to go on where it was left.
    """

    def __init__(self, connection, from_date=None, *, dry_run=False, trigger="manual"):
        self.connection = connection.with_company(connection.company_id)
        self.env = self.connection.env
        self.from_date = from_date
        self.dry_run = dry_run
        self.trigger = trigger
        self.errors = []

    def run(self, caller_env):
        """Lock the connection, fetch, commit; return the ``ar.bank.sync`` record.

        :raises UserError: if another worker fetches it at this moment, or it has no account.
        """
        if not self.connection.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "%s is being fetched by somebody else at this moment. Wait until that has "
                    "ended, then look at its fetches.",
                    self.connection.name,
                )
            )
        if not self.connection.feed_ids:
            raise UserError(
                self.env._(
                    "%s has no account yet. Open the connection and choose Connect.",
                    self.connection.name,
                )
            )
        sync_id = self.run_locked()
        end_transaction(self.env)
        return caller_env["ar.bank.sync"].browse(sync_id)

    def run_locked(self):
        """Fetch; the caller holds the connection's row and ends the transaction.

        :return: the id of the ``ar.bank.sync`` record, which the caller's transaction may not see
            before it ends.
        """
        sync_id, feed_ids = in_own_transaction(self.env, self._open)
        consent = None
        try:
            provider, connector = self.connection._open_connector()
            consent = connector.read_consent()
            self._fetch(provider, connector, sync_id, feed_ids)
        except ConnectorError as error:
            self.errors.append(error)
        in_own_transaction(self.env, lambda env: self._close(env, sync_id))
        if not self.dry_run:
            self._note(consent)
        return sync_id

    @property
    def error(self):
        """The failure that matters most to a person; None if all went well."""
        return min(self.errors, key=lambda error: error.retryable, default=None)

    # --- the steps

    def _open(self, env):
        """Open the fetch's record; one that a killed worker left open was interrupted."""
        syncs = env["ar.bank.sync"]
        syncs.search([("connection_id", "=", self.connection.id), ("state", "=", "running")]).write(
            {"state": "interrupted", "ended_at": fields.Datetime.now()}
        )
        feeds = env["ar.bank.feed"].search([("connection_id", "=", self.connection.id)])
        sync = syncs.create(
            {
                "connection_id": self.connection.id,
                "feed_ids": [(6, 0, feeds.ids)],
                "from_date": self.from_date,
                "trigger": self.trigger,
                "user_id": env.uid,
                "dry_run": self.dry_run,
                "started_at": fields.Datetime.now(),
            }
        )
        return sync.id, feeds.ids

    def _fetch(self, provider, connector, sync_id, feed_ids):
        for feed_id in feed_ids:
            fetch = FeedFetch(
                self.env,
                feed_id,
                sync_id,
                (provider, connector),
                self.from_date,
                dry_run=self.dry_run,
                by_person=self.trigger == "manual",
            )
            try:
                fetch.run()
            except ConnectorError as error:
                in_own_transaction(self.env, lambda env, e=error, f=fetch: f.note_failure(env, e))
                self.errors.append(error)
                if error.kind not in OF_ONE_ACCOUNT:
                    return

    def _close(self, env, sync_id):
        sync = env["ar.bank.sync"].browse(sync_id)
        error = self.error
        state = "attention" if sync.held_count else "done"
        sentence = sync._describe_counts()
        if error:
            state, sentence = "failed", f"{error.message} {sentence}"
        sync.write(
            {
                "state": state,
                "sentence": sentence,
                "error_code": error.code if error else False,
                "error_hint": error.hint if error else False,
                "ended_at": fields.Datetime.now(),
            }
        )
        sync._tell_progress()

    def _note(self, consent):
        """Say on the connection how it went, in the transaction that holds its lock."""
        if not is_plain_test(self.env):
            self.env.invalidate_all(flush=False)
        note_consent(self.connection, consent)
        if self.error:
            note_failure(self.connection, self.error)
        else:
            note_recovery(self.connection)
            self.connection.next_sync_at = self._next_turn()
        warn_of_consent(self.connection)

    def _next_turn(self):
        limits = [limit for limit in self.connection.feed_ids.mapped("daily_limit") if limit > 0]
        limit = min(limits, default=0)
        return fields.Datetime.now() + timedelta(seconds=pause_between_calls(limit))
