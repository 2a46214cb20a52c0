import traceback
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.automation.retry import retry_delay_seconds
from ...exceptions import ArError

STATES = [
    ("waiting", "Tried again by itself"),
    ("open", "Needs a person"),
    ("resolved", "Resolved"),
    ("ignored", "Ignored"),
]
OPEN_STATES = ("waiting", "open")
# What needs a person is still looked at once a day: it may have been mended elsewhere.
DAILY = timedelta(days=1)


class ArException(models.Model):
    """The exceptions inbox: one row per record that a job could not handle.

    A record stays one row however often it fails. It is tried again by itself, sooner
    when the cause is temporary and daily otherwise, and leaves the inbox when it goes
    through. What has an unknown outcome is never tried again without a person.
    """

    _name = "ar.exception"
    _description = "Exception"
    _order = "state desc, last_seen_at desc, id desc"
    _rec_name = "message"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    job_id = fields.Many2one("ar.job.config", readonly=True, index=True, ondelete="cascade")
    run_id = fields.Many2one(
        "ar.run", "Last run", readonly=True, ondelete="set null", index="btree_not_null"
    )
    run_line_id = fields.Many2one(
        "ar.run.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    res_model = fields.Char("Document type", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    res_name = fields.Char("Document name", compute="_compute_res_name")
    code = fields.Char(required=True, readonly=True, index=True, help="Stable code of the cause.")
    message = fields.Char("What happened", required=True, readonly=True)
    hint = fields.Char("What to do", readonly=True)
    technical = fields.Text("Technical details", readonly=True, groups="base.group_system")
    state = fields.Selection(STATES, required=True, default="open", readonly=True, index=True)
    attempts = fields.Integer(default=1, readonly=True)
    first_seen_at = fields.Datetime(
        "First seen", required=True, readonly=True, default=fields.Datetime.now
    )
    last_seen_at = fields.Datetime(
        "Last seen", required=True, readonly=True, default=fields.Datetime.now
    )
    next_attempt_at = fields.Datetime("Tried again", readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    resolved_by_id = fields.Many2one("res.users", "Resolved by", readonly=True)
    is_outcome_unknown = fields.Boolean(compute="_compute_is_outcome_unknown")

    _one_open = models.UniqueIndex(
        "(company_id, COALESCE(job_id, 0), res_model, res_id) WHERE state IN ('waiting', 'open')",
        "This record is in the exceptions inbox already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        for model, rows in self.grouped("res_model").items():
            # sudo: the inbox names documents that its reader may not open
            records = (
                self.env[model].sudo().browse(rows.mapped("res_id")).exists()
                if model in self.env
                else []
            )
            names = {record.id: record.display_name for record in records}
            for row in rows:
                row.res_name = names.get(row.res_id, "")

    @api.depends("run_line_id.state")
    def _compute_is_outcome_unknown(self):
        for row in self:
            row.is_outcome_unknown = row.sudo().run_line_id.state == "unknown"

    # === ACTION METHODS ===#

    def action_open_record(self):
        """Open the document that failed."""
        self.ensure_one()
        record = (
            self.env[self.res_model].browse(self.res_id).exists()
            if self.res_model in self.env
            else None
        )
        if not record:
            raise UserError(
                self.env._(
                    "The document of this exception no longer exists. You can mark it resolved."
                )
            )
        return record._get_records_action()

    def action_retry(self):
        """Let the job's next run take the records up again."""
        self._check_open()
        if self.filtered("is_outcome_unknown"):
            raise UserError(
                self.env._(
                    "Nobody knows yet whether this was done. "
                    "Say first whether it was: Was done, or Was not done."
                )
            )
        now = fields.Datetime.now()
        self.sudo().write({"state": "waiting", "next_attempt_at": now, "attempts": 0})

    def action_resolve(self):
        """Take the records out of the inbox; their job may take them up again."""
        self._check_open()
        self._close("resolved")

    def action_ignore(self):
        """Take the records out of the inbox and out of their job, for good."""
        self._check_open()
        self._close("ignored")

    def action_was_done(self):
        """A person found out that an effect of unknown outcome did take place."""
        self._check_open()
        self.sudo().run_line_id._settle_unknown(happened=True)
        self._close("resolved")

    def action_was_not_done(self):
        """A person found out that an effect of unknown outcome did not take place."""
        self._check_open()
        self.sudo().run_line_id._settle_unknown(happened=False)
        self._close("resolved")

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_report(  # noqa: PLR0913 - the rest are keywords
        self, company, record, code, message, *, job=None, hint="", next_attempt_at=None, **vals
    ):
        """Put a record into the inbox, or update its row there.

        :param str code: stable code of the cause, e.g. ``job.silent``.
        :param str message: what happened, translated, naming the record.
        :param str hint: what the user should do.
        :param datetime next_attempt_at: when the job tries again by itself; None if never.
        :return: the row.
        """
        now = fields.Datetime.now()
        row = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("job_id", "=", job.id if job else False),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        values = {
            "code": code,
            "message": message,
            "hint": hint,
            "next_attempt_at": next_attempt_at,
            "last_seen_at": now,
            "attempts": row.attempts + 1,
            "state": "open",
            **vals,
        }
        if row:
            row.write(values)
            return row
        identity = {"company_id": company.id, "job_id": job.id if job else False}
        return self.sudo().create(
            [{**identity, "res_model": record._name, "res_id": record.id, **values}]
        )

    @api.model
    @api.private
    def ar_resolve_for(self, records, job=None, company=None):
        """Take records out of the inbox because they went through.

        :param company: only what was reported for this company; any if not given.
        """
        if not records:
            return
        domain = [
            ("job_id", "=", job.id if job else False),
            ("res_model", "=", records._name),
            ("res_id", "in", records.ids),
            ("state", "in", OPEN_STATES),
        ]
        if company:
            domain.append(("company_id", "=", company.id))
        rows = self.sudo().search(domain)
        rows.filtered(lambda row: not row.is_outcome_unknown)._close("resolved")

    @api.model
    def _report_error(self, job, run, record, error):
        """Report what a job raised for one record; return the sentence for the run's log."""
        code, message = _describe(error)
        config = run.job_id
        known = self.search(
            [
                ("job_id", "=", config.id),
                ("company_id", "=", run.company_id.id),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        attempt = known.attempts + 1
        temporary = (
            isinstance(error, ArError) and error.retryable and attempt < job._job_max_attempts
        )
        now = fields.Datetime.now()
        if temporary:
            delay = retry_delay_seconds(
                attempt, spread_key=record.id, retry_after=error.retry_after
            )
            next_attempt, state = now + timedelta(seconds=delay), "waiting"
        else:
            next_attempt, state = now + DAILY, "open"
        self.ar_report(
            run.company_id,
            record,
            code,
            message,
            job=config,
            hint=getattr(error, "hint", "") or self.env._("Mend the cause, then choose Try again."),
            next_attempt_at=next_attempt,
            state=state,
            run_id=run.id,
            technical="".join(traceback.format_exception(error)),
        )
        return message

    @api.model
    def _report_unknown(self, line, error):
        """Report an effect whose outcome nobody knows; return the sentence for the run's log."""
        if error:
            message = self.env._(
                "It failed while it was being carried out: %s", _describe(error)[1]
            )
        else:
            message = self.env._("The worker ended while it was being carried out.")
        record = self.env[line.res_model].browse(line.res_id)
        self.ar_report(
            line.company_id,
            record,
            "job.outcome_unknown",
            message,
            job=line.job_id,
            hint=self.env._(
                "Find out whether it took place (for a mail: ask the recipient, or look into the "
                "mail server's log), then choose Was done or Was not done."
            ),
            run_id=line.run_id.id,
            run_line_id=line.id,
            technical="".join(traceback.format_exception(error)) if error else "",
        )
        return message

    @api.model
    def _exclude_parked(self, query, run, model):
        """Narrow a query of due records to those that do not wait in the inbox."""
        self.flush_model()
        query.add_where(
            SQL(
                """NOT EXISTS (
                    SELECT 1 FROM ar_exception parked
                     WHERE parked.job_id = %s AND parked.company_id = %s
                       AND parked.res_model = %s AND parked.res_id = %s
                       AND (parked.state = 'ignored'
                            OR parked.state IN ('waiting', 'open')
                               AND COALESCE(parked.next_attempt_at, 'infinity') > %s))""",
                run.job_id.id,
                run.company_id.id,
                model,
                SQL.identifier(query.table, "id"),
                fields.Datetime.now(),
            )
        )

    def _check_open(self):
        self.check_access("write")
        if self.filtered(lambda row: row.state not in OPEN_STATES):
            raise UserError(
                self.env._("Only exceptions that are still in the inbox can be worked on.")
            )

    def _close(self, state):
        if self:
            self.sudo().write(
                {
                    "state": state,
                    "resolved_at": fields.Datetime.now(),
                    "resolved_by_id": self.env.uid,
                    "next_attempt_at": False,
                }
            )


def _describe(error):
    """``(stable code, sentence)`` of whatever was raised."""
    if isinstance(error, ArError):
        return error.code, error.message
    if isinstance(error, UserError):
        return "job.refused", str(error)
    return "job.unexpected", f"{type(error).__name__}: {error}".strip()
