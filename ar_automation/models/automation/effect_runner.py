"""Drives a job whose effects cannot be rolled back: mails, letters, calls to a bank.

Records are claimed, looked at for the last time and made ready several at a time, which is
what costs; then each is carried out in a transaction of its own, with one commit between two
effects:

* A line is *prepared* once its record is ready. Nothing has happened yet: what a killed
  worker leaves prepared is given back.
* It is *claimed* in the commit before its effect. The transaction of an effect therefore
  ends with the claim of the next one, whose line it locked before the effect: nobody's
  change can get in the way of storing what happened.
* A claimed line that nobody locks belonged to a worker that died with it: its outcome is
  unknown. However many were made ready together, it is one.
"""

from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ...exceptions import ArError
from .job_runner import JobRunner


class EffectRunner(JobRunner):
    """One worker's share of one run of a job with effects."""

    def _work_off(self):
        self._retrying(self._recover)
        self._commit(0)  # a later step that starts over must not take this back
        while (ready := self._retrying(self._make_ready)) is not None:
            if self._carry_out(*ready) <= 0:
                break

    # --- getting ready, which may be repeated

    def _make_ready(self):
        """Claim records, look at them for the last time and prepare their effects.

        :return: ``({record id: line id} of those to carry out, the first of which is claimed,
            their bundle, how many ended here)``, or None when nothing is due.
        """
        lines = self._claim(self.job._job_effect_batch_size, "prepared")
        if lines is None:
            return None
        ended = self._in_halves(self.records.browse(lines), self._prepare)
        self._store({record_id: lines.pop(record_id) for record_id in ended}, ended)
        records = self.records.browse(lines)
        bundle = self.job._job_bundle_effects(records, self.run)
        if lines:
            self._begin(next(iter(lines.values())))
        return lines, bundle, len(ended)

    def _prepare(self, records, run):
        outcomes = self.job._job_guard_batch(records, run)
        self.job._job_prepare_batch(records.filtered(lambda record: record.id not in outcomes), run)
        return outcomes

    def _simulate(self, records):
        outcomes = self._in_halves(records, self.job._job_guard_batch)
        return {
            record.id: outcomes.get(record.id) or JobOutcome.done(record.display_name)
            for record in records
        }

    # --- carrying out, which may not

    def _carry_out(self, lines, bundle, ended):
        """Carry out what is ready, one transaction each; return the seconds left."""
        seconds = self._commit(ended)
        waiting = list(lines.items())
        begun = waiting.pop(0) if waiting else None
        with bundle:
            while begun:
                ours = self._retrying(partial(self._lock, begun, waiting))
                waiting = [claim for claim in waiting if claim[1] in ours]
                if begun[1] in ours:
                    self._perform(bundle, *begun)
                # with the time up, what is prepared is left to a later call
                begun = waiting.pop(0) if waiting and seconds > 0 else None
                if begun:
                    self._begin(begun[1])
                seconds = self._commit(1)
        if waiting:
            self._give_back([line_id for _record_id, line_id in waiting])
            self._commit(0)
        return seconds

    def _give_back(self, line_ids):
        lines = self.env["ar.run.line"].browse(line_ids).try_lock_for_update()
        lines.filtered_domain([("state", "=", "prepared")])._release()

    def _begin(self, line_id):
        self.env["ar.run.line"].browse(line_id)._begin()

    def _lock(self, begun, waiting):
        """Lock the claim, its record, and what waits for its turn.

        Waiting for the record comes first in the transaction: after the effect it would be
        too late to start over.

        :return: ids of the lines that are still ours.
        """
        record_id, line_id = begun
        lines = self.env["ar.run.line"]
        ours = lines._lock_claims(line_id, [waiting_id for _record_id, waiting_id in waiting])
        if line_id in ours:
            record = self.records.browse(record_id)
            table = SQL.identifier(record._table)
            self.env.execute_query(
                SQL("SELECT id FROM %s WHERE id = %s FOR NO KEY UPDATE", table, record.id)
            )
            record.invalidate_recordset()
        return ours

    def _perform(self, bundle, record_id, line_id):
        record, line = self.records.browse(record_id), self.env["ar.run.line"].browse(line_id)
        try:
            with self.env.cr.savepoint():
                outcome = bundle.carry_out(record)
                self.env.flush_all()
        except Exception as error:  # noqa: BLE001 - whatever it is, the outcome is unknown
            # A concurrency error is no exception here: the effect may have taken place.
            outcome = self._park_effect(record, line, error)
        if outcome:
            self._store({record_id: line_id}, {record_id: outcome})

    def _park_effect(self, record, line, error):
        if isinstance(error, ArError) and error.not_done:
            return self._park(record, error)
        line._mark_unknown(error)
        return None

    # --- what killed workers left

    def _recover(self):
        """Give back what was prepared; of what was claimed nobody knows whether it got done."""
        grace = timedelta(seconds=self.job._job_claim_grace_seconds)
        abandoned = self.env["ar.run.line"].search(
            [
                ("run_id", "=", self.run.id),
                ("state", "in", ("prepared", "claimed")),
                ("claimed_at", "<", fields.Datetime.now() - grace),
            ]
        )
        lines = abandoned.try_lock_for_update().grouped("state")
        lines.get("claimed", abandoned.browse())._mark_unknown(None)
        lines.get("prepared", abandoned.browse())._release()
