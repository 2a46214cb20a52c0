from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.invoicing.plan_terms import Terms, earliest_end
from ...exceptions import ArError

ONE_DAY = timedelta(days=1)


class ArInvoicePlan(models.Model):
    """How a plan begins, pauses and ends."""

    _inherit = "ar.invoice.plan"

    # === ACTION METHODS ===#

    def action_activate(self):
        """Let the job bill the plans."""
        self.check_access("write")
        empty = self.filtered(lambda plan: not plan.line_ids)
        if empty:
            raise UserError(self.env._("%s has no lines yet.", empty[0].name))
        self._ar_update_state({"draft"}, "active")
        for plan in self:
            plan.next_period_start = plan._ar_billing_start()
        self._ar_set_next()

    def action_bill_now(self):
        """Bill what is due of the plans now, as the job would, and open what came of it."""
        self.check_access("write")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only users with invoicing rights bill plans."))
        self.lock_for_update()
        try:
            moves = self.filtered(lambda plan: plan.state == "active").ar_bill_due(
                fields.Date.context_today(self)
            )
        except ArError as error:
            raise UserError(
                self.env._("%(what)s %(hint)s", what=error.message, hint=error.hint)
            ) from error
        if not moves:
            raise UserError(
                self.env._("Nothing is due today. The next invoice date stands on each plan.")
            )
        return moves._get_records_action(name=self.env._("Invoices"))

    def action_view_invoices(self):
        """Open the plan's invoices."""
        moves = self.env["account.move"].search([("ar_plan_id", "in", self.ids)])
        return moves._get_records_action(name=self.env._("Invoices"))

    def action_amend(self):
        """Change the lines from a day on, with a preview."""
        self.ensure_one()
        self._ar_check_state({"draft", "active", "paused"})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": "ar.invoice.plan.amend",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_view_forecast(self):
        """Open the plan's coming invoices."""
        self.ensure_one()
        self.env["ar.invoice.forecast"].sudo().ar_renew(self, fields.Date.context_today(self))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_invoice_forecast_action"
        )
        return action | {"domain": [("plan_id", "=", self.id)], "context": {}}

    def action_view_periods(self):
        """Open the plan's billed periods."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Periods"),
            "res_model": "ar.invoice.period",
            "view_mode": "list",
            "domain": [("plan_id", "in", self.ids)],
        }

    def action_pause(self):
        """Charge nothing from the first unbilled day on, until the plan is resumed."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for plan in self:
            plan.ar_pause(max(today, plan._ar_billed_until()))

    def action_resume(self):
        """Charge again from today on."""
        self.check_access("write")
        for plan in self:
            plan.ar_resume(fields.Date.context_today(self))

    def action_give_notice(self):
        """End the plans as soon as their terms allow, notice being given today."""
        self.check_access("write")
        for plan in self:
            plan.ar_give_notice(fields.Date.context_today(self))

    def action_withdraw_notice(self):
        """Let the plans go on as if no notice had been given."""
        self.check_access("write")
        for plan in self.filtered("notice_date"):
            plan._ar_check_state({"active", "paused"})
            plan.write({"notice_date": False, "end_date": False, "end_reason": False})

    # === BUSINESS METHODS ===#

    @api.private
    def ar_pause(self, date_from, reason=""):
        """Pause a plan from ``date_from`` on.

        :raises UserError: when days from then on were billed already; credit those first.
        """
        self.ensure_one()
        billed_until = self._ar_billed_until()
        if date_from < billed_until:
            raise UserError(
                self.env._(
                    "%(plan)s is billed until %(day)s; it can be paused from then on. To give "
                    "billed days back, amend the plan.",
                    plan=self.name,
                    day=billed_until - ONE_DAY,
                )
            )
        self.env["ar.invoice.plan.pause"].create(
            {"plan_id": self.id, "date_from": date_from, "reason": reason}
        )
        self._ar_update_state({"active"}, "paused")

    @api.private
    def ar_resume(self, date):
        """Let a paused plan charge again from ``date`` on; periods within are left out."""
        self.ensure_one()
        self._ar_update_state({"paused"}, "active")
        pause = self.pause_ids.filtered(lambda pause: not pause.date_to)
        if pause.date_from > date:
            pause.unlink()  # it had not begun
        else:
            pause.date_to = date - ONE_DAY
        self._ar_set_next()

    @api.private
    def ar_give_notice(self, date, reason=None):
        """End a plan on the first day that its terms allow.

        :param str reason: one of the keys of ``end_reason``.
        :return: the plan's last day.
        """
        self.ensure_one()
        self._ar_check_state({"active", "paused"})
        terms = Terms(
            self._ar_billing_start(), self.minimum_months, self.renewal_months, self.notice_days
        )
        last = earliest_end(terms, date) - ONE_DAY
        vals = {"notice_date": date, "end_date": max(last, self.start_date)}
        if reason:
            vals["end_reason"] = reason
        self.write(vals)
        return self.end_date

    # === PRIVATE METHODS ===#

    def _ar_billed_until(self):
        """First day that is not billed yet."""
        last = self.period_ids.filtered(lambda row: row.kind == "regular")[:1]
        return last.date_to + ONE_DAY if last else self._ar_billing_start()
