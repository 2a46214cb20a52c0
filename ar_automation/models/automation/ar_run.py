import socket
from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2 import errors

# How often opening a run is tried while other workers open theirs.
MAX_OPENING_TRIES = 5

STATES = [
    ("running", "Running"),
    ("done", "Done"),
    ("stopped", "Stopped"),
    ("simulated", "Simulated"),
]


class ArRun(models.Model):
    """One run of one job in one company on one business day: the log of what it did."""

    _name = "ar.run"
    _description = "Job run"
    _inherit = "ar.guarded.state"
    _order = "id desc"
    _check_company_auto = True

    job_id = fields.Many2one(
        "ar.job.config", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Date("Business day", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="running", readonly=True, index=True)
    dry_run = fields.Boolean(
        "Simulation", readonly=True, help="Shows what would have happened; nothing was changed."
    )
    trigger = fields.Selection(
        [("cron", "Schedule"), ("manual", "By hand"), ("api", "Another program")],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Started by", required=True, readonly=True, ondelete="restrict"
    )
    host = fields.Char(readonly=True, help="Machine that opened the run.")
    started_at = fields.Datetime("Started", required=True, readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    duration = fields.Float(
        "Seconds", compute="_compute_duration", help="Wall-clock seconds from start to end."
    )
    line_ids = fields.One2many("ar.run.line", "run_id", "Records", readonly=True)
    done_count = fields.Integer("Done", compute="_compute_counts")
    left_count = fields.Integer(
        "Left", compute="_compute_counts", help="Looked at and left as they were."
    )
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    unknown_count = fields.Integer(
        "Outcome unknown",
        compute="_compute_counts",
        help="A worker died in the middle of something that cannot be taken back. "
        "A person has to look.",
    )
    amount = fields.Monetary(
        compute="_compute_counts", help="Amount moved, in the company's currency."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    summary = fields.Char(compute="_compute_counts", help="How many records had which outcome.")

    _one_running = models.UniqueIndex(
        "(job_id, company_id) WHERE state = 'running' AND dry_run IS NOT TRUE",
        "This job is already running in this company.",
    )
    _last_done_idx = models.Index("(job_id, company_id, date) WHERE state = 'done'")

    # === COMPUTE METHODS ===#

    @api.depends("job_id", "date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.job_id.name} {fields.Date.to_string(run.date) or ''}".strip()

    @api.depends("started_at", "ended_at")
    def _compute_duration(self):
        for run in self:
            end = run.ended_at or fields.Datetime.now()
            run.duration = (end - run.started_at).total_seconds() if run.started_at else 0.0

    @api.depends("line_ids.state", "line_ids.kind", "line_ids.amount")
    def _compute_counts(self):
        groups = self.env["ar.run.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state", "kind"], ["__count", "amount:sum"]
        )
        states, kinds, amounts = defaultdict(int), defaultdict(list), defaultdict(float)
        for run, state, kind, count, amount in groups:
            states[run.id, state] += count
            kinds[run.id].append(f"{kind or state} {count}")
            if state == "done":
                amounts[run.id] += amount
        for run in self:
            run.done_count = states[run.id, "done"]
            run.left_count = states[run.id, "left"]
            run.failed_count = states[run.id, "failed"]
            run.unknown_count = states[run.id, "unknown"] + states[run.id, "claimed"]
            run.amount = run.currency_id.round(amounts[run.id]) if run.currency_id else 0.0
            run.summary = ", ".join(kinds[run.id])

    # === ACTION METHODS ===#

    def action_view_lines(self):
        """Open the records that the run handled."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "ar.run.line",
            "view_mode": "list,form",
            "domain": [("run_id", "=", self.id)],
        }

    def action_view_exceptions(self):
        """Open the exceptions that the run met."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exceptions"),
            "res_model": "ar.exception",
            "view_mode": "list,form",
            "domain": [("run_id", "=", self.id)],
        }

    def action_stop(self):
        """Close a run that should not go on; what it did stays, a new run starts afresh."""
        self.env["ar.job"]._check_may_run()
        self.sudo()._update_state({"running"}, "stopped")

    # === BUSINESS METHODS ===#

    def ar_count_by_kind(self):
        """``{kind: number of records}`` of the run, as the job named its outcomes."""
        self.ensure_one()
        groups = self.env["ar.run.line"]._read_group(
            [("run_id", "=", self.id)], ["kind"], ["__count"]
        )
        return {kind or "": count for kind, count in groups}

    @api.model
    def _open(self, config, company, day, trigger, *, dry_run=False):
        """Open a run, or join the one that is under way."""
        vals = {
            "job_id": config.id,
            "company_id": company.id,
            "date": day,
            "trigger": trigger,
            "dry_run": dry_run,
            "user_id": self.env.uid,
            "host": socket.gethostname(),
            "started_at": fields.Datetime.now(),
        }
        if dry_run:
            return self.create(vals)
        for _attempt in range(MAX_OPENING_TRIES):
            run = self._running(config, company) or self._insert(vals)
            if run:
                return run
            # Another worker opened one since this transaction began; only a new transaction
            # sees it, or sees that it ended already. Nothing was done yet that could be lost.
            self.env.cr.rollback()
        raise UserError(
            self.env._("%s is being started by many workers at once; try again.", config.name)
        )

    def _insert(self, vals):
        """Insert a run, or nothing if another worker has opened one meanwhile."""
        vals |= {"state": "running", "create_uid": self.env.uid, "create_date": vals["started_at"]}
        columns = SQL(", ").join(map(SQL.identifier, vals))
        try:
            with self.env.cr.savepoint():
                # not logged as an error: losing this race is nothing to be alarmed about
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO ar_run (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                        columns,
                        tuple(vals.values()),
                    ),
                    log_exceptions=False,
                )
                return self.browse(row[0] for row in self.env.cr.fetchall())
        except errors.SerializationFailure:
            return self.browse()

    def _running(self, config, company):
        return self.search(
            [
                ("job_id", "=", config.id),
                ("company_id", "=", company.id),
                ("state", "=", "running"),
                ("dry_run", "=", False),
            ],
            limit=1,
        )

    def _finish(self):
        """Close the run, unless another worker just did.

        :return: True, for the worker's caller: nothing is left to do.
        """
        run = self.try_lock_for_update()
        if run and run.state == "running":
            run._update_state({"running"}, "done")
        return True

    def _update_state(self, allowed, target):
        """The only way a run changes its state.

        :raises UserError: from a state that is not allowed.
        """
        self._check_state(allowed, target)
        self.write({"state": target, "ended_at": fields.Datetime.now()})

    def _prepare_simulation_vals(self):
        """What to keep of a simulated run once all that it did is taken back."""
        self.ensure_one()
        vals = self.copy_data()[0] | {
            "job_id": self.job_id.id,
            "company_id": self.company_id.id,
            "date": self.date,
            "dry_run": True,
            "trigger": self.trigger,
            "user_id": self.user_id.id,
            "host": self.host,
            "started_at": self.started_at,
            "ended_at": fields.Datetime.now(),
            "state": "simulated",
        }
        vals["line_ids"] = [
            Command.create(line._prepare_simulation_vals()) for line in self.line_ids
        ]
        return vals
