from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("prepared", "Ready"),
    ("claimed", "In progress"),
    ("done", "Done"),
    ("left", "Left as it was"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]


class ArRunLine(models.Model):
    """One record that a run handled, with its outcome in words.

    Lines are also what makes an effect happen once: the key of a line that is claimed,
    done or of unknown outcome is unique per job, in the database.
    """

    _name = "ar.run.line"
    _description = "Job run record"
    _order = "id"
    _rec_name = "message"
    _log_access = False

    run_id = fields.Many2one("ar.run", required=True, readonly=True, index=True, ondelete="cascade")
    job_id = fields.Many2one("ar.job.config", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    res_model = fields.Char("Document type", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    key = fields.Char(readonly=True, help="The effect under this key happens at most once.")
    state = fields.Selection(STATES, required=True, readonly=True)
    kind = fields.Char("Outcome", readonly=True)
    message = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    claimed_at = fields.Datetime("Taken up", required=True, readonly=True)

    _key_unique = models.UniqueIndex(
        "(job_id, key) WHERE key IS NOT NULL", "This was already done."
    )
    _seen_idx = models.Index("(run_id, res_id)")
    _open_idx = models.Index("(run_id) WHERE state IN ('prepared', 'claimed')")
    _record_idx = models.Index("(res_model, res_id)")

    # === COMPUTE METHODS ===#

    @api.depends("res_model", "res_id")
    def _compute_display_name(self):
        for model, lines in self.grouped("res_model").items():
            # sudo: the log names documents that its reader may not open
            records = self.env[model].sudo().browse(lines.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for line in lines:
                line.display_name = names.get(line.res_id) or f"{model},{line.res_id}"

    # === ACTION METHODS ===#

    def action_open_record(self):
        """Open the document that the line is about."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This document no longer exists."))
        return record._get_records_action()

    # === BUSINESS METHODS ===#

    @api.model
    def _exclude_seen(self, query, run):
        """Narrow a query of due records to those not yet looked at in ``run``."""
        self.flush_model()
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM ar_run_line seen
                                WHERE seen.run_id = %s AND seen.res_id = %s)""",
                run.id,
                SQL.identifier(query.table, "id"),
            )
        )

    @api.model
    def _claim(self, run, model, keys, state):
        """Insert one line per record and say which of them are free to be processed.

        A record whose key was used up earlier gets a line that says so.

        :param dict[int, str] keys: key per record id.
        :param str state: of the lines.
        :return: ``{record id: line id}`` of the records that are ours to process.
        """
        claimed = self._insert(run, model, keys, state)
        known = {rid: None for rid in keys if rid not in claimed}
        if known:
            skipped = self._insert(run, model, known, "left")
            self.browse(skipped.values()).write(
                {"kind": "known", "message": self.env._("Already done earlier.")}
            )
        return claimed

    def _insert(self, run, model, keys, state):
        now = fields.Datetime.now()
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s)",
                run.id,
                run.job_id.id,
                run.company_id.id,
                model,
                rid,
                key,
                state,
                now,
            )
            for rid, key in keys.items()
        )
        self.flush_model()
        # not logged as an error: another worker was quicker, the step starts over
        self.env.cr.execute(
            SQL(
                """INSERT INTO ar_run_line (run_id, job_id, company_id, res_model, res_id,
                                            key, state, claimed_at)
                        VALUES %s
                   ON CONFLICT (job_id, key) WHERE key IS NOT NULL DO NOTHING
                     RETURNING res_id, id""",
                rows,
            ),
            log_exceptions=False,
        )
        return dict(self.env.cr.fetchall())

    def _begin(self):
        """Claim a prepared line: its effect begins once this is committed."""
        self.env.cr.execute(
            SQL(
                "UPDATE ar_run_line SET state = 'claimed', claimed_at = %s WHERE id = %s",
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset(flush=False)

    @api.model
    def _lock_claims(self, claimed_id, prepared_ids):
        """Lock a claimed line and prepared ones, as far as they still are and nobody has them.

        :return: the ids of the locked ones.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM ar_run_line
                    WHERE id IN %s AND state = CASE WHEN id = %s THEN 'claimed' ELSE 'prepared' END
                      FOR UPDATE SKIP LOCKED""",
                (claimed_id, *prepared_ids),
                claimed_id,
            )
        )
        return {row[0] for row in rows}

    def _release(self):
        """Give prepared records back: nothing has happened, and they are due again."""
        for (config, company, model), lines in self.grouped(
            lambda line: (line.job_id, line.company_id, line.res_model)
        ).items():
            records = self.env[model].browse(lines.mapped("res_id")).exists()
            self.env[config.code].with_company(company)._job_release(records)
        # sudo: the log is kept; these lines tell of nothing
        self.sudo().unlink()

    @api.model
    def _store_outcomes(self, outcomes):
        """Write what became of claimed lines, one statement for all.

        :param dict outcomes: ``{line id: JobOutcome or None}``; None means nothing was
            said of the record, so it was left.
        """
        if not outcomes:
            return
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, %s, %s, %s)", line_id, *_outcome_values(outcome))
            for line_id, outcome in outcomes.items()
        )
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE ar_run_line l
                      SET state = v.state, kind = v.kind, message = v.message,
                          amount = v.amount::numeric,
                          key = CASE WHEN v.consumed THEN l.key END
                     FROM (VALUES %s) AS v (id, state, kind, message, amount, consumed)
                    WHERE l.id = v.id""",
                rows,
            )
        )
        self.browse(outcomes).invalidate_recordset(flush=False)

    def _mark_unknown(self, error):
        """A worker died, or failed, inside an effect that cannot be rolled back."""
        for line in self:
            message = self.env["ar.exception"]._report_unknown(line, error)
            line.write({"state": "unknown", "kind": "unknown", "message": message})
            line._note_outcome("unknown", message)

    def _settle_unknown(self, *, happened):
        """A person found out whether an effect of unknown outcome took place.

        If it did not, its key is free again and the next run repeats it.
        """
        message = self.env._("Confirmed as done by %s.", self.env.user.name)
        if not happened:
            message = self.env._(
                "Confirmed as not done by %s; tried again in the next run.", self.env.user.name
            )
        for line in self.filtered(lambda line: line.state == "unknown"):
            line.write(
                {"state": "done", "kind": "done", "message": message}
                if happened
                else {"state": "failed", "kind": "failed", "key": False, "message": message}
            )
            line._note_outcome("done" if happened else "not_done", message)

    def _note_outcome(self, state, message):
        record = self.env[self.res_model].browse(self.res_id).exists()
        if record:
            job = self.env[self.job_id.code].with_company(self.company_id)
            job._job_note_outcome(record, state, message)

    def _prepare_simulation_vals(self):
        return {
            "job_id": self.job_id.id,
            "company_id": self.company_id.id,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "state": self.state if self.state not in ("prepared", "claimed") else "left",
            "kind": self.kind,
            "message": self.message,
            "amount": self.amount,
            "claimed_at": self.claimed_at,
        }


def _outcome_values(outcome):
    if outcome is None:
        return "left", "left", "", 0, False
    return (
        outcome.state,
        outcome.kind or outcome.state,
        outcome.message,
        outcome.amount,
        outcome.consumes_key,
    )
