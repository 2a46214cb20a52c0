from decimal import Decimal

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.invoicing.periods import ScheduleError, check_rule

STATES = [("draft", "Draft"), ("active", "Active"), ("paused", "Paused"), ("ended", "Ended")]
# What divides time into periods: once periods were billed, another division would leave gaps.
SCHEDULE_FIELDS = {"start_date", "trial_days", "unit", "count", "alignment", "billing_day", "rule"}
CURSOR_FIELDS = SCHEDULE_FIELDS | {
    "end_date",
    "invoice_time",
    "invoice_offset_days",
    "business_days",
}


class ArInvoicePlan(models.Model):
    """What a customer is invoiced again and again: lines, periods and terms."""

    _name = "ar.invoice.plan"
    _description = "Recurring plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "reference", "partner_id"]

    name = fields.Char("Number", default="/", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, check_company=True, tracking=True
    )
    invoice_partner_id = fields.Many2one(
        "res.partner",
        "Invoice address",
        compute="_compute_invoice_partner_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    company_currency_id = fields.Many2one(
        string="Company currency", related="company_id.currency_id"
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    reference = fields.Char("Customer reference", help="Printed on every invoice of the plan.")
    journal_id = fields.Many2one(
        "account.journal",
        domain=[("type", "=", "sale")],
        check_company=True,
        help="Empty: the first sales journal of the company.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", "Payment terms", check_company=True, help="Empty: the customer's."
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        "Payment method",
        domain=[("payment_type", "=", "inbound")],
        check_company=True,
        help="Empty: the customer's.",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position", check_company=True, help="Empty: the customer's."
    )

    # what is a period
    start_date = fields.Date(
        "Starts", required=True, default=fields.Date.context_today, tracking=True
    )
    trial_days = fields.Integer(
        "Trial (days)", help="Days from the start that are free; periods begin after them."
    )
    end_date = fields.Date("Ends", tracking=True, help="Last day. Empty: until somebody ends it.")
    unit = fields.Selection(
        [
            ("day", "Days"),
            ("week", "Weeks"),
            ("month", "Months"),
            ("quarter", "Quarters"),
            ("year", "Years"),
        ],
        default="month",
        required=True,
    )
    count = fields.Integer("Every", default=1, required=True, help="So many units are a period.")
    alignment = fields.Selection(
        [
            ("start", "On the day of the start"),
            ("calendar", "With the calendar (1st, Monday)"),
            ("day", "On a day of the month"),
            ("rule", "By a rule"),
        ],
        "Periods begin",
        default="start",
        required=True,
        help="On which days periods begin. Unless it is the day of the start, the first period "
        "may be a part.",
    )
    billing_day = fields.Integer(
        "Day of the month", default=1, help="31 is the last day of every month."
    )
    rule = fields.Char(
        help="RFC 5545 recurrence rule without an end, such as FREQ=MONTHLY;BYDAY=1MO (first "
        "Monday of every month) or FREQ=WEEKLY;INTERVAL=4."
    )
    is_prorated = fields.Boolean(
        "Prorate by day",
        default=True,
        help="A part of a period costs its share by days. Otherwise it costs the whole, and what "
        "changes within a period counts from the next.",
    )

    # when it is invoiced
    invoice_time = fields.Selection(
        [("advance", "Before each period"), ("arrears", "After each period")],
        "Invoiced",
        default="advance",
        required=True,
        help="On the first day of a period, or on the day after its last one. "
        "Usage is always billed after it was used.",
    )
    invoice_offset_days = fields.Integer("Days later", help="Negative: days earlier.")
    business_days = fields.Selection(
        [
            ("none", "On any day"),
            ("following", "Next business day"),
            ("preceding", "Business day before"),
            ("modified", "Next business day of the same month"),
        ],
        default="none",
        required=True,
        help="Where to move an invoice that falls on a weekend or a public holiday in the "
        "company's country.",
    )
    posting = fields.Selection(
        [("post", "Check, post and send"), ("draft", "Leave as draft")],
        default="post",
        required=True,
        help="Invoices that fail a check stay drafts under Invoices to review.",
    )
    catch_up = fields.Selection(
        [("each", "One invoice per period"), ("merge", "One invoice for all")],
        "Missed periods",
        default="each",
        required=True,
        help="What happens when several periods are due at once, because the job did not run or "
        "the plan starts in the past.",
    )
    catch_up_limit = fields.Integer(
        "At most at once",
        default=24,
        help="More periods due at once are taken for a mistake: the plan waits in the "
        "exceptions inbox instead of billing years in a night.",
    )
    late_date = fields.Selection(
        [("today", "The day it is made"), ("scheduled", "The day it was due")],
        "Date of late invoices",
        default="today",
        required=True,
        help="Invoice date of periods that were missed. The due date follows from it.",
    )

    # terms
    minimum_months = fields.Integer("Minimum term (months)")
    renewal_months = fields.Integer(
        "Renewed by (months)", help="0: it may end on any day after the minimum term."
    )
    notice_days = fields.Integer("Notice (days)")
    notice_date = fields.Date("Notice given on", readonly=True, copy=False, tracking=True)
    end_reason = fields.Selection(
        [
            ("price", "Price"),
            ("competitor", "Went to a competitor"),
            ("need", "No longer needed"),
            ("quality", "Not satisfied"),
            ("unpaid", "Did not pay"),
            ("closed", "Went out of business"),
            ("changed", "Replaced by another plan"),
            ("other", "Other"),
        ],
        "Why it ended",
        copy=False,
        tracking=True,
    )

    # price revision
    revision_kind = fields.Selection(
        [("none", "None"), ("percent", "By percent"), ("index", "By an index")],
        "Price revision",
        default="none",
        required=True,
    )
    revision_percent = fields.Float("Percent", digits=(6, 3))
    revision_index_id = fields.Many2one("ar.price.index", "Index", check_company=True)
    revision_months = fields.Integer(
        "Every (months)", default=12, help="Counted from the day for which a price was agreed."
    )
    revision_lag_months = fields.Integer(
        "Index lags (months)", help="The index of so many months before is used."
    )

    line_ids = fields.One2many("ar.invoice.plan.line", "plan_id", "Lines", copy=True)
    pause_ids = fields.One2many("ar.invoice.plan.pause", "plan_id", "Pauses")
    period_ids = fields.One2many("ar.invoice.period", "plan_id", "Periods", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, copy=False, index="btree_not_null"
    )

    # where it stands
    next_period_start = fields.Date("Next period", readonly=True, copy=False)
    next_invoice_date = fields.Date("Next invoice", readonly=True, copy=False, tracking=True)
    is_forecast_stale = fields.Boolean(default=True, readonly=True, copy=False)
    billing_number = fields.Integer(default=0, readonly=True, copy=False)
    amount = fields.Monetary(
        "Per period", readonly=True, copy=False, help="Fixed lines of a whole period, untaxed."
    )
    mrr = fields.Monetary(
        "Monthly recurring revenue",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="Fixed lines, as a month of 1/12 year, in the company's currency.",
    )
    lost_mrr = fields.Monetary(
        "Lost per month", currency_field="company_currency_id", readonly=True, copy=False
    )
    ended_on = fields.Date("Ended on", readonly=True, copy=False)
    invoice_count = fields.Integer(compute="_compute_counts")
    period_count = fields.Integer(compute="_compute_counts")

    _stale_idx = models.Index("(company_id) WHERE is_forecast_stale")
    _due_idx = models.Index("(company_id, next_invoice_date) WHERE state = 'active'")
    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "A plan's number is used once per company."
    )
    _count_positive = models.Constraint("CHECK (count > 0)", "A period lasts at least one unit.")
    _day_range = models.Constraint(
        "CHECK (billing_day BETWEEN 1 AND 31)", "The day of the month is between 1 and 31."
    )
    _not_negative = models.Constraint(
        "CHECK (trial_days >= 0 AND minimum_months >= 0 AND renewal_months >= 0 "
        "AND notice_days >= 0 AND revision_months > 0 AND catch_up_limit > 0)",
        "Terms, trial and limits cannot be negative.",
    )
    _end_after_start = models.Constraint(
        "CHECK (end_date IS NULL OR end_date >= start_date)", "A plan ends after it starts."
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id")
    def _compute_invoice_partner_id(self):
        for plan in self:
            address = plan.partner_id.address_get(["invoice"])["invoice"]
            plan.invoice_partner_id = plan.partner_id and address

    def _compute_counts(self):
        moves = self.env["account.move"]._read_group(
            [("ar_plan_id", "in", self.ids)], ["ar_plan_id"], ["__count"]
        )
        periods = self.env["ar.invoice.period"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
        )
        invoices, billed = dict(moves), dict(periods)
        for plan in self:
            plan.invoice_count = invoices.get(plan, 0)
            plan.period_count = billed.get(plan, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("rule", "alignment")
    def _check_rule(self):
        for plan in self.filtered(lambda plan: plan.alignment == "rule"):
            try:
                check_rule(plan.rule or "")
            except ScheduleError as error:
                raise ValidationError(
                    self.env._("The rule of %(plan)s: %(why)s", plan=plan.name, why=str(error))
                ) from error

    @api.constrains("revision_kind", "revision_index_id")
    def _check_revision(self):
        for plan in self:
            if plan.revision_kind == "index" and not plan.revision_index_id:
                raise ValidationError(self.env._("Choose the index that the prices follow."))

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Number the plans."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequence.next_by_code("ar.invoice.plan") or "/"
        return super().create(vals_list)

    def write(self, vals):
        """Keep the schedule of what was billed, and the cursor with the schedule."""
        if SCHEDULE_FIELDS & set(vals):
            self._check_schedule_is_free(vals)
        if "is_forecast_stale" not in vals:
            vals = {**vals, "is_forecast_stale": True}
        result = super().write(vals)
        if (CURSOR_FIELDS | {"line_ids", "pause_ids"}) & set(vals):
            self.filtered(lambda plan: plan.state == "active")._ar_set_next()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        billed = self.with_context(active_test=False).filtered("period_ids")
        if billed:
            raise UserError(
                self.env._("%s has billed periods and cannot be deleted. End it.", billed[0].name)
            )

    # === BUSINESS METHODS ===#

    @api.model
    def ar_run(self, company, date=None, *, dry_run=False):
        """Bill what the plans of ``company`` have due.

        :return: the ``ar.run`` record, see ``ar.job.ar_run_job``.
        """
        return self.env["ar.job.invoicing.plans"].ar_run_job(company, date, dry_run=dry_run)

    # === PRIVATE METHODS ===#

    def _check_schedule_is_free(self, vals):
        changed = self.filtered(
            lambda plan: any(
                plan._fields[name].convert_to_cache(vals[name], plan) != plan[name]
                for name in SCHEDULE_FIELDS & set(vals)
            )
        )
        billed = changed.filtered("period_ids")
        if billed:
            raise UserError(
                self.env._(
                    "%s has billed periods, so its periods cannot be divided anew: days would be "
                    "billed twice or never. End it and start another plan.",
                    billed[0].name,
                )
            )

    def _ar_update_state(self, allowed, target, **values):
        """The only way a plan changes its state."""
        self._ar_check_state(allowed)
        self.write({"state": target, **values})

    def _ar_check_state(self, allowed):
        for plan in self:
            if plan.state not in allowed:
                raise UserError(
                    self.env._(
                        "%(plan)s is %(state)s; this cannot be done now.",
                        plan=plan.name,
                        state=dict(STATES)[plan.state],
                    )
                )

    def _ar_billing_start(self):
        return self.start_date + relativedelta(days=self.trial_days)

    def _ar_rounding(self):
        return Decimal(str(self.currency_id.rounding))
