from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.automation.catch_up import is_silent_too_long

HOURS_PER_UNIT = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0, "weeks": 168.0, "months": 730.0}
HEALTH = [
    ("off", "Switched off"),
    ("new", "Not run yet"),
    ("ok", "Running well"),
    ("attention", "Needs attention"),
    ("silent", "Has not run"),
]


class ArJobConfig(models.Model):
    """What the screens know of a job: its schedule, its last run and its health."""

    _name = "ar.job.config"
    _description = "Job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, readonly=True)
    description = fields.Text(translate=True, readonly=True)
    code = fields.Char(
        "Technical name", required=True, readonly=True, help="Model that implements the job."
    )
    sequence = fields.Integer(default=10, readonly=True, help="Order within the order-to-cash day.")
    cron_id = fields.Many2one(
        "ir.cron", "Schedule", readonly=True, ondelete="set null", groups="base.group_system"
    )
    next_run_at = fields.Datetime("Next turn", compute="_compute_schedule")
    grace_hours = fields.Float(
        "Alarm after (hours)",
        default=2.0,
        tracking=True,
        help="An alarm is raised when the job is so many hours late for its turn.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        tracking=True,
        help="Gets the activity when the job does not run or needs a person.",
    )
    last_run_id = fields.Many2one("ar.run", "Last run", compute="_compute_last_run")
    last_run_at = fields.Datetime("Last run ended", compute="_compute_last_run")
    exception_count = fields.Integer("Exceptions", compute="_compute_exception_count")
    health = fields.Selection(HEALTH, compute="_compute_health")
    health_reason = fields.Char(
        compute="_compute_health", help="Why the job's health is what it is."
    )

    _code_unique = models.Constraint("unique (code)", "A job is registered once.")

    # === COMPUTE METHODS ===#

    def _compute_schedule(self):
        for config in self:
            cron = config.sudo().cron_id
            config.next_run_at = cron.nextcall if cron.active else False

    @api.depends_context("allowed_company_ids")
    def _compute_last_run(self):
        companies = self.env.companies
        rows = self.env["ar.run"]._read_group(
            [
                ("job_id", "in", self.ids),
                ("company_id", "in", companies.ids),
                ("state", "=", "done"),
            ],
            ["job_id"],
            ["id:max", "ended_at:max"],
        )
        last = {job.id: (run_id, ended_at) for job, run_id, ended_at in rows}
        for config in self:
            run_id, config.last_run_at = last.get(config.id, (False, False))
            config.last_run_id = run_id

    @api.depends_context("allowed_company_ids")
    def _compute_exception_count(self):
        counts = dict(
            self.env["ar.exception"]._read_group(
                [
                    ("job_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                    ("state", "in", ("open", "waiting")),
                ],
                ["job_id"],
                ["__count"],
            )
        )
        for config in self:
            config.exception_count = counts.get(config, 0)

    @api.depends_context("allowed_company_ids")
    def _compute_health(self):
        for config in self:
            config.health, config.health_reason = config._measure_health(self.env.companies)

    # === ACTION METHODS ===#

    def action_run_now(self):
        """Run the job now in the current company, and open the run."""
        return self._run_and_open(dry_run=False)

    def action_simulate(self):
        """Show what the job would do now in the current company; nothing is changed."""
        return self._run_and_open(dry_run=True)

    def action_view_runs(self):
        """Open the job's runs."""
        return self._window("ar.run", self.env._("Runs"))

    def action_view_exceptions(self):
        """Open what the job left in the inbox."""
        return self._window(
            "ar.exception", self.env._("Exceptions"), [("state", "in", ("open", "waiting"))]
        )

    # === BUSINESS METHODS ===#

    @api.model
    def ar_run_day(self, company, date=None):
        """Run every job of the order-to-cash day once, in its order.

        :param res.company company: where; jobs switched off there are left out.
        :param datetime.date date: business day, today if not given.
        :return: the ``ar.run`` records in the order in which they ran.
        """
        runs = self.env["ar.run"]
        for config in self.sudo().search([]):
            job = self.env[config.code]
            if job.with_company(company)._job_is_enabled(company):
                runs |= job.ar_run_job(company, date, trigger="api")
        return runs

    @api.model
    def _cron_check_health(self):
        """Raise the alarm for jobs that missed their turn, and end it when they run again."""
        for company in self.env["res.company"].search([]):
            for config in self.search([]).with_company(company):
                health, reason = config._measure_health(company)
                if health == "silent":
                    config._raise_alarm(company, reason)
                else:
                    config._end_alarm(company)
        self.env["ir.cron"].sudo()._ar_check_senders()

    # === PRIVATE METHODS ===#

    def _run_and_open(self, *, dry_run):
        self.ensure_one()
        run = self.env[self.code].ar_run_job(self.env.company, dry_run=dry_run)
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.run",
            "res_id": run.id,
            "views": [(False, "form")],
        }

    def _window(self, model, name, domain=()):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("job_id", "=", self.id), *domain],
        }

    def _measure_health(self, companies):
        """``(health, reason in words)``, measured now: a dead scheduler shows as well."""
        self.ensure_one()
        cron = self.sudo().cron_id
        if not cron:
            return "off", self.env._("This job has no schedule.")
        job = self.env[self.code]
        enabled = [
            company for company in companies if job.with_company(company)._job_is_enabled(company)
        ]
        if not enabled:
            return "off", self.env._("Switched off in the settings.")
        silent = [company for company in enabled if self._is_silent(cron, company)]
        if silent:
            return "silent", self.env._(
                "No successful run in %(companies)s within its interval; "
                "is the scheduler running, is the job's schedule active?",
                companies=", ".join(company.name for company in silent),
            )
        if self.exception_count:
            return "attention", self.env._(
                "%s records wait in the exceptions inbox.", self.exception_count
            )
        if not self.last_run_at:
            return "new", self.env._("Waits for its first turn.")
        return "ok", self.env._("Runs as scheduled.")

    def _is_silent(self, cron, company):
        last = (
            self.env["ar.run"]
            .sudo()
            .search(
                [("job_id", "=", self.id), ("company_id", "=", company.id), ("state", "=", "done")],
                order="ended_at desc",
                limit=1,
            )
        )
        interval = cron.interval_number * HOURS_PER_UNIT[cron.interval_type]
        # A job that never ran here, because it was switched on since, is late only once its
        # next turn has gone by.
        since = last.ended_at or cron.nextcall - timedelta(hours=interval)
        hours = (fields.Datetime.now() - since) / timedelta(hours=1)
        return is_silent_too_long(hours, interval_hours=interval, grace_hours=self.grace_hours)

    def _raise_alarm(self, company, reason):
        exceptions = self.env["ar.exception"]
        known = exceptions.sudo().search(self._alarm_domain(company), limit=1)
        exceptions.ar_report(
            company,
            self,
            "job.silent",
            self.env._("%(job)s has not run: %(reason)s", job=self.name, reason=reason),
            hint=self.env._(
                "Ask the administrator to look at the scheduled action; "
                "Run now makes up what was missed."
            ),
        )
        if not known:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("%s has not run", self.name),
                note=reason,
                user_id=(self.responsible_id or self.env.ref("base.user_admin")).id,
            )

    def _end_alarm(self, company):
        rows = self.env["ar.exception"].sudo().search(self._alarm_domain(company))
        if rows:
            rows._close("resolved")
            self.activity_feedback(
                ["mail.mail_activity_data_warning"], feedback=self.env._("The job runs again.")
            )

    def _alarm_domain(self, company):
        return [
            ("company_id", "=", company.id),
            ("code", "=", "job.silent"),
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("state", "in", ("open", "waiting")),
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        raise UserError(
            self.env._(
                "Jobs belong to the app and cannot be deleted; switch them off in the settings."
            )
        )
