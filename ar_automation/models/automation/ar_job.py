from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...engine.automation.catch_up import days_to_run
from .effect_bundle import EffectBundle
from .effect_runner import EffectRunner
from .job_runner import JobRunner


class ArJob(models.AbstractModel):
    """One way to run a job.

    A step that runs unattended inherits this model under a name of its own and states

    1. which records are due, as one query: :attr:`_job_model` and :meth:`_job_due_domain`;
    2. how one batch is processed: :meth:`_job_process`, or, where the step does
       something that cannot be rolled back (a mail, a call to a bank),
       :meth:`_job_guard` and :meth:`_job_effect` for one record;
    3. which key makes the effect unique: :meth:`_job_key`.

    Locks, batches, commits, progress, retries, the exceptions inbox, the run's log, dry
    runs and making up missed days are done here, once for all jobs. For each job there
    is one ``ar.job.config`` record whose ``code`` is the job's model name, and one cron
    that calls :meth:`_cron_run`.
    """

    _name = "ar.job"
    _description = "Unattended job"

    # model of the records that the job processes
    _job_model = None
    # order in which due records are taken
    _job_order = "id"
    _job_batch_size = 100
    # "merge": missed days are covered by one run; "each": one run per missed day
    _job_catch_up = "merge"
    # attempts after which a temporary failure needs a person
    _job_max_attempts = 5
    # the job does something that the database cannot roll back
    _job_has_effect = False
    # so many records are guarded and prepared at a time; each has its effect by itself
    _job_effect_batch_size = 1
    # a claimed effect whose worker is gone for so long has an unknown outcome
    _job_claim_grace_seconds = 60

    # === WHAT A JOB STATES ===#

    def _job_due_domain(self, run):
        """Domain of the records that are due in ``run.company_id`` on ``run.date``.

        It must leave out what is done, and hold the company.
        """
        raise NotImplementedError(f"{self._name} does not say what is due")

    def _job_key(self, record, run):
        """Key under which the effect on ``record`` happens at most once, ever.

        By default one effect per company, record and business day.
        """
        return f"{run.company_id.id}:{record._name},{record.id}:{run.date}"

    def _job_process(self, records, run):
        """Process one batch inside a savepoint.

        :return: ``{record id: JobOutcome}``; a record left out counts as left.
        :raises ArError: ``retryable`` errors are tried again with backoff, others wait
            in the exceptions inbox. When a batch fails it is halved until the failing
            records are found; all others go through.
        """
        raise NotImplementedError(f"{self._name} does not say how a batch is processed")

    def _job_guard(self, record, run):
        """Last look at one locked record before its effect is claimed.

        :return: None to go ahead, or a ``JobOutcome`` that ends the record here, for
            example because the invoice was paid a second ago.
        """
        return

    def _job_prepare(self, record, run):
        """Get ready what the effect needs and what may be repeated, e.g. render a document.

        Called after the guard and committed with the claim. What is done here instead of in
        :meth:`_job_effect` does not lengthen the time in which a killed worker leaves an
        unknown outcome. Not called in a dry run.
        """

    def _job_guard_batch(self, records, run):
        """:meth:`_job_guard` of several records: the hook for jobs that look at all at once.

        :return: ``{record id: JobOutcome}`` of those that end here.
        """
        outcomes = {record.id: self._job_guard(record, run) for record in records}
        return {record_id: outcome for record_id, outcome in outcomes.items() if outcome}

    def _job_prepare_batch(self, records, run):
        """:meth:`_job_prepare` of several records: the hook for jobs that do all at once."""
        for record in records:
            self._job_prepare(record, run)

    def _job_release(self, records):
        """Undo :meth:`_job_prepare` of records whose turn did not come, if anything shows of it.

        They are guarded and prepared anew by the next worker.
        """

    def _job_bundle_effects(self, records, run):
        """What carries out the effects of records that were prepared together.

        Called in the transaction in which they were prepared, with all that was read there.

        :return: an ``EffectBundle``.
        """
        return EffectBundle(self, run)

    def _job_effect(self, record, run):
        """Do what cannot be rolled back, for one record, and store its result.

        Called once the claim is committed. Whatever it raises leaves the outcome
        *unknown* and asks a person, unless it is an ``ArError`` with ``not_done``,
        which says that the effect certainly did not take place.

        :return: a ``JobOutcome``.
        """
        raise NotImplementedError(f"{self._name} does not say what its effect is")

    def _job_note_outcome(self, record, state, message):
        """Show on the record what the spine stored about it.

        What the job itself wrote was rolled back with what failed; this is written with
        the outcome.

        :param str state: ``failed`` or ``unknown``; then, once a person has found out about
            an unknown outcome, ``done`` or ``not_done``.
        :param str message: the sentence that also stands in the run's log.
        """

    def _job_is_enabled(self, company):
        """Whether the cron runs this job in ``company``; starting it by hand always works."""
        return True

    # === ENTRY POINTS ===#

    @api.model
    def ar_run_job(self, company, date=None, *, dry_run=False, trigger="manual"):
        """Run this job for one company until nothing is due.

        An interrupted run of the same job and company is resumed, and a run that another
        worker is busy with is joined: both share the work.

        :param res.company company: where.
        :param datetime.date date: business day, today if not given.
        :param bool dry_run: show what would happen and change nothing.
        :param str trigger: ``manual``, ``cron`` or ``api``, for the log.
        :return: the ``ar.run`` record.
        :raises AccessError: unless the user supervises receivables.
        """
        self._check_may_run()
        job = self.sudo().with_company(company)
        day = date or job._job_today(company)
        if dry_run:
            return job._runner_class().simulate(job, company, day)
        run = job.env["ar.run"]._open(job._job_config(), company, day, trigger)
        job._runner_class()(job, run).work()
        return run.with_env(self.env)

    @api.model
    def _cron_run(self):
        """Called by the job's cron: every company that has it enabled, every missed day."""
        config = self._job_config()
        for company in self.env["res.company"].search([]):
            job = self.with_user(SUPERUSER_ID).with_company(company)
            if not job._job_is_enabled(company):
                continue
            for day in job._days_to_run(config, company):
                run = job.env["ar.run"]._open(config, company, day, "cron")
                if not job._runner_class()(job, run, in_cron=True).work():
                    return

    # === PRIVATE METHODS ===#

    def _runner_class(self):
        return EffectRunner if self._job_has_effect else JobRunner

    def _check_may_run(self):
        if not (
            self.env.su or self.env.user.has_group("ar_automation.ar_automation_group_supervisor")
        ):
            raise AccessError(
                self.env._(
                    "Only a receivables supervisor starts or simulates a job. "
                    "Ask one, or wait for its next turn."
                )
            )

    @api.model
    def _job_config(self):
        config = self.env["ar.job.config"].sudo().search([("code", "=", self._name)], limit=1)
        if not config:
            raise UserError(
                self.env._(
                    "The job %(code)s is not registered. "
                    "Update the AR Automation app to restore it.",
                    code=self._name,
                )
            )
        return config

    def _job_today(self, company):
        timezone = company.partner_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=timezone))

    def _days_to_run(self, config, company):
        """Business days to run now; an interrupted run is finished first, on its own day."""
        runs = self.env["ar.run"].sudo()
        scope = (
            Domain("job_id", "=", config.id)
            & Domain("company_id", "=", company.id)
            & Domain("dry_run", "=", False)
        )
        running = runs.search(scope & Domain("state", "=", "running"), limit=1)
        last = runs.search(scope & Domain("state", "=", "done"), order="date desc", limit=1)
        today = self._job_today(company)
        days = days_to_run(last.date or None, today, mode=self._job_catch_up)
        return sorted({running.date or days[0], *days})

    def _due_query(self, run):
        """Ids that are due, not yet looked at in ``run`` and not parked in the inbox."""
        model = self.env[self._job_model]
        query = model.with_context(active_test=False)._search(
            self._job_due_domain(run), order=self._job_order, bypass_access=True
        )
        self.env["ar.run.line"]._exclude_seen(query, run)
        self.env["ar.exception"]._exclude_parked(query, run, model._name)
        return query
