from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import formatLang
from odoo.tools.misc import format_date

TOP_CUSTOMERS = 10
HISTORY_MONTHS = 12


class ArDashboard(models.AbstractModel):
    """The first screen of the app: how receivables stand in one company today.

    An area shows its own figures by extending :meth:`_prepare_tiles` in its own folder.
    """

    _name = "ar.dashboard"
    _description = "Receivables overview"
    _inherit = "ar.report.access"

    # === BUSINESS METHODS ===#

    @api.model
    def ar_get_dashboard(self, company_id=None, date=None):
        """Return what the overview shows, with a constant number of statements.

        :param int company_id: the current company by default.
        :param str date: today by default.
        :return: ``company`` (``id``, ``name``, ``currency_id``), ``date``, ``is_empty``,
            ``tiles`` (see :meth:`_prepare_tiles`), ``aging`` (``key``, ``label``,
            ``value``), ``history`` (``date``, ``label``, ``sales``, ``dso``,
            ``receivables`` of twelve months), ``top_customers`` (``partner_id``, ``name``,
            ``overdue``, ``total``).
        :raises AccessError: for users without a role in receivables or in the company.
        """
        company = self._resolve_company(company_id)
        day = self._resolve_date(company, date)
        report = self.env["ar.aging"].ar_get_report(company.id, day)
        series = self.env["ar.kpi"].ar_get_series(company, self._measured_days(day))
        tiles = self._prepare_receivables_tiles(company, day, report["totals"], series)
        return {
            "company": {
                "id": company.id,
                "name": company.name,
                "currency_id": company.currency_id.id,
            },
            "date": fields.Date.to_string(day),
            "is_empty": not report["rows"] and not any(point["sales"] for point in series.values()),
            "tiles": tiles + self._prepare_tiles(company, day),
            "aging": [
                bucket | {"value": report["totals"][bucket["key"]]} for bucket in report["buckets"]
            ],
            "history": self._prepare_history(day, series),
            "top_customers": self._prepare_top_customers(report["rows"]),
        }

    @api.model
    @api.readonly
    def ar_action_invoices_of_month(self, company_id, date):
        """Return the action that lists the invoices and credit notes behind a month's sales.

        :param int company_id: the dashboard's company.
        :param str date: the day up to which the month was measured.
        """
        company = self._resolve_company(company_id)
        self._check_reader(company)
        day = self._resolve_date(company, date)
        name = self.env._("Sales of %s", format_date(self.env, day, date_format="MMMM yyyy"))
        domain = [
            ("company_id", "child_of", company.sudo().root_id.id),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("date", ">=", fields.Date.to_string(day.replace(day=1))),
            ("date", "<=", fields.Date.to_string(day)),
        ]
        return self._prepare_window(name, "account.move", domain)

    # === HOOKS ===#

    def _prepare_tiles(self, company, date):
        """Return the tiles of the areas, in the order in which they are shown.

        Areas extend this and append to what ``super()`` returns. A tile whose figures the
        user may not read is left out.

        :param res.company company: the dashboard's company.
        :param datetime.date date: the dashboard's day.
        :return: list of dicts with ``key`` (stable name), ``label``, ``value``, ``format``
            (``monetary`` in the company's currency, ``percentage`` of a ratio, ``integer``,
            ``days`` with one decimal, ``text``), ``detail`` (a short second line, may be
            empty), ``help`` (how the figure comes about), ``tone`` (``neutral``,
            ``success``, ``warning`` or ``danger``) and ``action`` (an action's dict that
            opens the records behind the figure, or False).
        """
        return [*self._prepare_exceptions_tile(company), *self._prepare_jobs_tile(company)]

    # === PRIVATE METHODS: FIGURES OF RECEIVABLES ===#

    def _measured_days(self, day):
        return [*self.env["ar.kpi"]._month_ends(day, HISTORY_MONTHS), day - relativedelta(months=1)]

    def _prepare_receivables_tiles(self, company, day, totals, series):
        return [
            self._prepare_open_tile(company, day, totals),
            self._prepare_overdue_tile(company, day, totals),
            self._prepare_dso_tile(day, series),
        ]

    def _prepare_open_tile(self, company, day, totals):
        return {
            "key": "open",
            "label": self.env._("Open receivables"),
            "value": totals["total"],
            "format": "monetary",
            "detail": self.env._(
                "%s not due yet",
                formatLang(self.env, totals["not_due"], currency_obj=company.currency_id),
            ),
            "help": self.env._(
                "Balance of the receivable accounts: invoices less payments and credit notes, "
                "applied or not."
            ),
            "tone": "neutral",
            "action": self.env["ar.aging"].ar_action_open_items(company.id, day),
        }

    def _prepare_overdue_tile(self, company, day, totals):
        share = totals["overdue"] / totals["total"] if totals["total"] > 0 else 0.0
        share = min(max(share, 0.0), 1.0)
        percent = formatLang(self.env, share * 100, digits=1)
        return {
            "key": "overdue",
            "label": self.env._("Overdue"),
            "value": totals["overdue"],
            "format": "monetary",
            "detail": self.env._("%s%% of open receivables", percent),
            "help": self.env._(
                "Open items past their due date, less payments and credit notes that are not "
                "applied yet."
            ),
            "tone": "danger" if share > 0.3 else "warning" if share > 0.1 else "neutral",
            "action": self.env["ar.aging"].ar_action_open_items(company.id, day, bucket="overdue"),
        }

    def _prepare_dso_tile(self, day, series):
        now, before = series[day]["dso"], series[day - relativedelta(months=1)]["dso"]
        change = None if now is None or before is None else round(now - before, 1)
        return {
            "key": "dso",
            "label": self.env._("DSO (countback)"),
            "value": self.env._("n/a") if now is None else round(now, 1),
            "format": "text" if now is None else "days",
            "detail": self._describe_dso_change(change),
            "help": self.env._(
                "Days sales outstanding: how many days of the latest sales customers still owe, "
                "counted back month by month."
            ),
            "tone": "neutral" if not change else "warning" if change > 0 else "success",
            "action": self.env["ir.actions.act_window"]._for_xml_id(
                "ar_automation.ar_kpi_snapshot_action"
            ),
        }

    def _describe_dso_change(self, change):
        if change is None:
            return self.env._("No sales to compare with")
        if not change:
            return self.env._("Same as a month ago")
        days = formatLang(self.env, abs(change), digits=1)
        if change > 0:
            return self.env._("▲ %s days longer than a month ago", days)
        return self.env._("▼ %s days shorter than a month ago", days)

    def _prepare_history(self, day, series):
        return [
            {
                "date": fields.Date.to_string(end),
                "label": format_date(self.env, end, date_format="MMM yy"),
                "sales": series[end]["sales"],
                "receivables": series[end]["receivables"],
                "dso": None if series[end]["dso"] is None else round(series[end]["dso"], 1),
            }
            for end in self.env["ar.kpi"]._month_ends(day, HISTORY_MONTHS)
        ]

    def _prepare_top_customers(self, rows):
        late = sorted((row for row in rows if row["overdue"] > 0), key=lambda row: -row["overdue"])
        return [
            {
                "partner_id": row["partner_id"],
                "name": row["partner_name"],
                "overdue": row["overdue"],
                "total": row["total"],
            }
            for row in late[:TOP_CUSTOMERS]
        ]

    # === PRIVATE METHODS: FIGURES OF AUTOMATION ===#

    def _prepare_exceptions_tile(self, company):
        exceptions = self.env["ar.exception"]
        if not exceptions.has_access("read"):
            return []
        domain = [("company_id", "=", company.id), ("state", "in", ("open", "waiting"))]
        counts = dict(exceptions._read_group(domain, ["state"], ["__count"]))
        waiting, needed = counts.get("waiting", 0), counts.get("open", 0)
        return [
            {
                "key": "exceptions",
                "label": self.env._("Exceptions"),
                "value": waiting + needed,
                "format": "integer",
                "detail": self.env._("%s need a person", needed)
                if needed
                else self.env._("Nothing waits for you"),
                "help": self.env._(
                    "What the jobs could not handle and put into the exceptions inbox."
                ),
                "tone": "danger" if needed else "warning" if waiting else "success",
                "action": self._prepare_window(self.env._("Exceptions"), "ar.exception", domain),
            }
        ]

    def _prepare_jobs_tile(self, company):
        configs = self.env["ar.job.config"]
        if not configs.has_access("read"):
            return []
        jobs = configs.with_context(allowed_company_ids=company.ids).search([])
        silent = jobs.filtered(lambda job: job.health == "silent")
        attention = jobs.filtered(lambda job: job.health == "attention")
        off = jobs.filtered(lambda job: job.health == "off")
        running = len(jobs) - len(off)
        troubled = silent + attention
        return [
            {
                "key": "jobs",
                "label": self.env._("Jobs running well"),
                "value": self.env._(
                    "%(well)s of %(all)s", well=running - len(troubled), all=running
                ),
                "format": "text",
                "detail": self._describe_jobs(troubled, off),
                "help": self.env._(
                    "Jobs that are switched on and ran within their schedule without leaving "
                    "exceptions."
                ),
                "tone": "danger" if silent else "warning" if attention else "success",
                "action": configs.env["ir.actions.act_window"]._for_xml_id(
                    "ar_automation.ar_job_config_action"
                ),
            }
        ]

    def _describe_jobs(self, troubled, off):
        if troubled:
            return ", ".join(troubled.mapped("name"))
        return self.env._("%s switched off", len(off)) if off else self.env._("All on schedule")

    def _prepare_window(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "target": "current",
        }
