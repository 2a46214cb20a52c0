from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ...engine.invoicing.amendment import adjust
from ...engine.invoicing.periods import iter_periods
from ...exceptions import ArError
from ...models.invoicing.plan_batch import PlanBatch

ONE_DAY = timedelta(days=1)


class ArInvoicePlanAmend(models.TransientModel):
    """Changes the fixed lines of a plan from a day on, days billed already included."""

    _name = "ar.invoice.plan.amend"
    _description = "Amend a recurring plan"

    plan_id = fields.Many2one("ar.invoice.plan", required=True, readonly=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        help="First day of the new lines. Days that were billed already are given back at the "
        "old terms and charged at the new ones, with the next invoice.",
    )
    reason = fields.Char(required=True, help="Kept in the plan's history.")
    line_ids = fields.One2many("ar.invoice.plan.amend.line", "amend_id", "Lines")
    preview = fields.Html(readonly=True)

    @api.model
    def default_get(self, fields):
        """Begin with the lines as they are."""
        values = super().default_get(fields)
        plan = self.env["ar.invoice.plan"].browse(values.get("plan_id"))
        values["line_ids"] = [
            Command.create(
                {
                    "plan_line_id": line.id,
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "quantity": line.quantity,
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                }
            )
            for line in plan._ar_fixed_lines(self.env.context.get("amend_date"))
        ]
        return values

    # === ACTION METHODS ===#

    def action_preview(self):
        """Show the coming invoices before and after; nothing is changed."""
        self.ensure_one()
        before = self._coming()
        with self.env.cr.savepoint() as savepoint:
            self._apply()
            self.env.flush_all()
            after = self._coming()
            savepoint.rollback()
        self.env.invalidate_all()
        self.preview = self._comparison(before, after)
        return self._reopen()

    def action_apply(self):
        """Change the plan."""
        self.ensure_one()
        self._apply()
        self.plan_id.message_post(
            body=self.env._(
                "Amended from %(day)s: %(reason)s",
                day=format_date(self.env, self.date),
                reason=self.reason,
            )
        )
        return {"type": "ir.actions.act_window_close"}

    # === PRIVATE METHODS ===#

    def _apply(self):
        plan = self.plan_id
        plan.check_access("write")
        plan.lock_for_update()
        plan._ar_check_state({"draft", "active", "paused"})
        old = plan._ar_fixed_lines(self.date) - self._unchanged()
        changed = self.line_ids.filtered(lambda line: line._is_changed())
        if not (old or changed):
            raise UserError(self.env._("Nothing is changed yet: edit, add or remove a line."))
        facts = [line._ar_facts(plan._ar_pauses()) for line in old]
        vals_list = [line._prepare_line_vals(self.date) for line in changed]
        for line in old:
            line.date_to = max(self.date, line._ar_valid().start) - ONE_DAY
        new = self.env["ar.invoice.plan.line"].create(vals_list)
        self._adjust(facts, new)

    def _unchanged(self):
        return self.line_ids.filtered(lambda line: not line._is_changed()).plan_line_id

    def _adjust(self, old, new):
        """Put what was billed for days from the change on right, with the next invoice."""
        plan = self.plan_id
        lines = self.env["ar.invoice.plan.line"]
        found = adjust(
            old,
            [line._ar_facts(plan._ar_pauses()) for line in new],
            self._billed_periods(),
            self.date,
            plan._ar_rounding(),
        )
        lines.create(
            [
                {
                    "plan_id": plan.id,
                    "product_id": lines.browse(item.key).product_id.id,
                    "kind": "once",
                    "quantity": 1 if item.amount > 0 else -1,
                    "price_unit": float(abs(item.amount)),
                    "name": self._adjustment_text(lines.browse(item.key), item),
                    "date_from": self.date,
                    "tax_ids": [Command.set(lines.browse(item.key).tax_ids.ids)],
                    "analytic_distribution": lines.browse(item.key).analytic_distribution,
                }
                for item in found
            ]
        )

    def _billed_periods(self):
        """Billed periods that reach beyond the day of the change."""
        rows = self.plan_id.period_ids.filtered(
            lambda row: row.kind == "regular" and row.state == "billed" and row.date_to >= self.date
        )
        schedule = self.plan_id._ar_schedule()
        return [next(iter_periods(schedule, row.date_from)) for row in rows]

    def _adjustment_text(self, line, item):
        product = line.product_id.display_name
        lang = self.plan_id.invoice_partner_id.lang
        first = format_date(self.env, item.span.start, lang_code=lang)
        last = format_date(self.env, item.span.last, lang_code=lang)
        if item.amount < 0:
            return self.env._(
                "%(product)s, changed: given back %(first)s to %(last)s",
                product=product,
                first=first,
                last=last,
            )
        return self.env._(
            "%(product)s, changed: %(first)s to %(last)s", product=product, first=first, last=last
        )

    def _coming(self):
        """``[(invoice date, first day, last day, amount)]`` of the next periods."""
        plan = self.plan_id
        if plan.state != "active":
            return []
        today = fields.Date.context_today(self)
        until = max(self.date, today) + relativedelta(months=13)
        try:
            due = PlanBatch(plan, today).estimate(plan, until)
        except ArError as error:
            raise UserError(
                self.env._("%(what)s %(hint)s", what=error.message, hint=error.hint)
            ) from error
        return [(item.due, item.period.span.start, item.last, float(item.amount)) for item in due][
            :6
        ]

    def _comparison(self, before, after):
        now = {row[1]: row[3] for row in before}
        rows = Markup().join(
            Markup("<tr><td>%s</td><td>%s – %s</td><td>%s</td><td>%s</td></tr>")
            % (
                format_date(self.env, due),
                format_date(self.env, first),
                format_date(self.env, last),
                format_amount(self.env, now.get(first, 0.0), self.currency_id),
                format_amount(self.env, amount, self.currency_id),
            )
            for due, first, last, amount in after
        )
        heads = (
            self.env._("Invoice"),
            self.env._("Period"),
            self.env._("As it is"),
            self.env._("Amended"),
        )
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        return Markup("<table class='table table-sm'><tr>%s</tr>%s</table>") % (head, rows)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
