from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import errors

from ...engine.dunning.facts import Reminder
from .dunning_words import DunningWords
from .dunning_writer import NoticeWriter

PREVIEW_KEPT_DAYS = 7


class ArDunningRun(models.Model):
    """The reminders of one company and day: a run that sent them, or a preview of one."""

    _name = "ar.dunning.run"
    _description = "Dunning run"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Business day", required=True, readonly=True)
    dry_run = fields.Boolean(
        "Preview", readonly=True, help="Shows what would be sent; nothing was."
    )
    user_id = fields.Many2one(
        "res.users",
        "Started by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )
    decision_run_id = fields.Many2one(
        "ar.run", "Decisions", readonly=True, ondelete="set null", index="btree_not_null"
    )
    delivery_run_id = fields.Many2one("ar.run", "Sending", readonly=True, ondelete="set null")
    message = fields.Char(
        "Bank data", readonly=True, help="How fresh the bank data was that the decisions rest on."
    )
    notice_ids = fields.One2many("ar.dunning.notice", "run_id", "Reminders", readonly=True)
    notice_count = fields.Integer("Customers to remind", compute="_compute_totals")
    to_approve_count = fields.Integer(
        "To approve", compute="_compute_totals", help="Reminders that wait for a supervisor."
    )
    amount = fields.Monetary(
        "Overdue amount", compute="_compute_totals", help="In company currency."
    )
    skipped_line_ids = fields.Many2many(
        "ar.run.line",
        "Not reminded",
        compute="_compute_skipped",
        help="Customers who were looked at and not reminded, and why.",
    )
    skipped_count = fields.Integer("Not reminded", compute="_compute_skipped")

    _one_per_job_run = models.UniqueIndex(
        "(decision_run_id) WHERE decision_run_id IS NOT NULL",
        "A job run belongs to one dunning run.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("date", "dry_run", "company_id")
    def _compute_display_name(self):
        for run in self:
            day = fields.Date.to_string(run.date) or ""
            run.display_name = (
                self.env._("Preview %s", day) if run.dry_run else self.env._("Reminders %s", day)
            )

    @api.depends("notice_ids.state", "notice_ids.amount")
    def _compute_totals(self):
        groups = self.env["ar.dunning.notice"]._read_group(
            [("run_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["run_id"],
            ["__count", "amount:sum"],
        )
        totals = {run.id: (count, amount) for run, count, amount in groups}
        waiting = dict(
            self.env["ar.dunning.notice"]._read_group(
                [("run_id", "in", self.ids), ("state", "=", "to_approve")], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.notice_count, run.amount = totals.get(run.id, (0, 0.0))
            run.to_approve_count = waiting.get(run, 0)

    @api.depends("decision_run_id.line_ids.kind")
    def _compute_skipped(self):
        groups = self.env["ar.run.line"]._read_group(
            [("run_id", "in", self.decision_run_id.ids), ("kind", "=", "skipped")],
            ["run_id"],
            ["id:recordset"],
        )
        skipped = {run.id: lines for run, lines in groups}
        for run in self:
            run.skipped_line_ids = skipped.get(run.decision_run_id.id, self.env["ar.run.line"])
            run.skipped_count = len(run.skipped_line_ids)

    # === ACTION METHODS ===#

    @api.model
    def action_preview(self):
        """Show whom the current company would remind today, and in which words."""
        return self.ar_run(self.env.company, dry_run=True)._open_form()

    def action_send(self):
        """Decide anew and send, after a look at the preview."""
        self.ensure_one()
        return self.ar_run(self.company_id)._open_form()

    def action_approve(self):
        """Approve what waits in this run; it leaves with the next turn of sending."""
        self.ensure_one()
        self.notice_ids.filtered(lambda notice: notice.state == "to_approve").ar_approve()

    def action_view_notices(self):
        """Open the run's reminders."""
        self.ensure_one()
        return self.notice_ids._get_records_action(name=self.display_name)

    # === BUSINESS METHODS ===#

    @api.model
    def ar_run(self, company, date=None, dry_run=False):  # noqa: FBT002 - stable signature
        """Remind the customers of one company of what is late.

        Running it twice on a day reminds nobody twice; days that were missed are made
        up by one reminder.

        :param res.company company: whose customers.
        :param datetime.date date: business day, today in the company's time zone if not given.
        :param bool dry_run: show whom it would remind, in which words, and change nothing.
        :return: the ``ar.dunning.run`` with its reminders (``notice_ids``) and those left in
            peace (``skipped_line_ids``).
        :raises UserError: when the company has no dunning policy.
        :raises AccessError: unless a supervisor starts it, or a collector previews it.
        """
        self._check_may_run(company, dry_run=dry_run)
        if not company.sudo().ar_dunning_policy_id:
            raise UserError(
                self.env._(
                    "%s has no dunning policy. Choose one in the settings of Receivables.",
                    company.name,
                )
            )
        # sudo: collectors preview without the right to start jobs; checked above
        decision = (
            self.env["ar.job.collections.dunning"].sudo().ar_run_job(company, date, dry_run=dry_run)
        )
        if dry_run:
            run = self.sudo()._create_preview(decision)
        else:
            run = self.sudo()._for_job_run(decision)
            delivery = (
                self.env["ar.job.collections.delivery"].sudo().ar_run_job(company, decision.date)
            )
            run.delivery_run_id = delivery
        return run.with_env(self.env)

    # === PRIVATE METHODS ===#

    def _check_may_run(self, company, *, dry_run):
        if self.env.su:
            return
        if company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in %s.", company.sudo().name))
        groups = (
            "ar_automation.ar_automation_group_collector"
            if dry_run
            else "ar_automation.ar_automation_group_supervisor"
        )
        if not self.env.user.has_group(groups):
            raise AccessError(
                self.env._("Only collectors preview reminders.")
                if dry_run
                else self.env._(
                    "Only a receivables supervisor sends reminders. Collectors may preview them."
                )
            )

    @api.model
    def _for_job_run(self, run):
        """The dunning run that belongs to a run of the deciding job, made on first use."""
        known = self.search([("decision_run_id", "=", run.id)], limit=1)
        try:
            return known or self.create(self._prepare_run_vals(run))
        except errors.UniqueViolation as error:
            # Another worker of the same job run made it since this transaction began;
            # only a new transaction sees it, and the spine starts one.
            raise errors.SerializationFailure(str(error)) from error

    def _prepare_run_vals(self, run):
        company = run.company_id
        return {
            "company_id": company.id,
            "date": run.date,
            "dry_run": run.dry_run,
            "user_id": run.user_id.id,
            "decision_run_id": run.id,
            "message": DunningWords(self.env, company).describe_bank_data(
                company.ar_get_bank_data_date()
            ),
        }

    def _create_preview(self, job_run):
        """Keep what a simulated job run would have sent, as reminders that never count."""
        preview = self.create(self._prepare_run_vals(job_run))
        lines = job_run.line_ids.filtered(lambda line: line.kind == "reminded")
        partners = self.env["res.partner"].browse(lines.mapped("res_id"))
        job = self.env["ar.job.collections.dunning"].with_company(job_run.company_id)
        decisions, facts = job._decide(partners, job_run.company_id, job_run.date)
        reminders = {
            pid: decision for pid, decision in decisions.items() if isinstance(decision, Reminder)
        }
        if reminders:
            NoticeWriter(preview, facts, simulated=True).store(reminders)
        return preview

    @api.autovacuum
    def _gc_previews(self):
        """Previews are of use for a few days only."""
        limit = fields.Datetime.now() - timedelta(days=PREVIEW_KEPT_DAYS)
        old = self.search([("dry_run", "=", True), ("create_date", "<", limit)], limit=100)
        old.unlink()
        return len(old), self.search_count(
            [("dry_run", "=", True), ("create_date", "<", limit)], limit=1
        )

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
