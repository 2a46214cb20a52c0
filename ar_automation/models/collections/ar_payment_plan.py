from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...engine.dunning.instalments import Instalment

STATES = [
    ("draft", "Draft"),
    ("offered", "Offered"),
    ("active", "Running"),
    ("done", "Paid"),
    ("default", "In default"),
    ("cancelled", "Cancelled"),
]
LIVE_STATES = ("draft", "offered", "active")
EVERY = [("month", "Every month"), ("two_weeks", "Every two weeks"), ("week", "Every week")]
COLLECTORS = "ar_automation.ar_automation_group_collector"


class ArPaymentPlan(models.Model):
    """A debt that a customer pays off in instalments, by signature."""

    _name = "ar.payment.plan"
    _description = "Payment plan"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin", "ar.guarded.state"]
    _order = "id desc"
    _check_company_auto = True
    # collectors change plans by their buttons only, and write to the customer all the same
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    debt = fields.Monetary(required=True, readonly=True, help="What the instalments pay off.")
    interest = fields.Monetary(
        readonly=True, help="Paid with the instalments; invoiced when the customer accepts."
    )
    total = fields.Monetary(compute="_compute_amounts")
    paid = fields.Monetary(compute="_compute_amounts", help="When it was last looked at.")
    every = fields.Selection(EVERY, required=True, default="month", readonly=True)
    instalment_ids = fields.One2many(
        "ar.payment.plan.instalment", "plan_id", "Instalments", readonly=True
    )
    item_ids = fields.One2many("ar.payment.plan.item", "plan_id", "Items", readonly=True)
    next_date = fields.Date("Next instalment", compute="_compute_amounts")
    interest_move_id = fields.Many2one(
        "account.move",
        "Interest invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users", "Agreed by", required=True, readonly=True, default=lambda self: self.env.uid
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, index=True, tracking=True
    )
    state_reason = fields.Char("Because", readonly=True)
    ended_date = fields.Date("Ended on", readonly=True)
    signed_by = fields.Char(readonly=True, copy=False)
    signed_at = fields.Datetime("Signed", readonly=True, copy=False)
    signature = fields.Image(
        readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024
    )

    _name_once = models.UniqueIndex("(company_id, name)", "A payment plan has a number of its own.")

    # === COMPUTE METHODS ===#

    @api.depends("debt", "interest", "instalment_ids.paid", "instalment_ids.amount")
    def _compute_amounts(self):
        for plan in self:
            plan.total = plan.debt + plan.interest
            plan.paid = sum(plan.instalment_ids.mapped("paid"))
            waiting = plan.instalment_ids.filtered(lambda instalment: not instalment.is_full)
            plan.next_date = waiting[:1].date

    def _compute_access_url(self):
        # EXTENDS 'portal': where the customer sees it
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/payment-plans/{plan.id}"
        return result

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("Payment plans are kept as a record and cannot be deleted. Cancel them.")
        )

    # === ACTION METHODS ===#

    def action_offer(self):
        """Show the plan to the customer, and write a mail with the link to sign it."""
        self.ensure_one()
        if self.state == "draft":
            self.ar_offer()
        template = self.env.ref("ar_automation.mail_template_payment_plan")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the plan"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }

    def action_accept(self):
        """The customer accepted in another way, on paper or by mail."""
        self._check_collector()
        for plan in self:
            plan.ar_accept(self.env._("Accepted otherwise, noted by %s", self.env.user.name))

    def action_cancel(self):
        """End the plan; its invoices are dunned again as before."""
        self.ar_cancel(self.env._("Cancelled by %s.", self.env.user.name))

    def action_preview(self):
        """Open the page that the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "new"}

    def action_view_customer(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_paused(self, items, date):
        """Which items dunning leaves in peace because a plan that runs pays them off.

        :param account.move.line items: receivable items.
        :param datetime.date date: business day.
        :return: ``{item id: (last day, sentence)}``; until the next instalment's grace ends.
        """
        found = (
            self.env["ar.payment.plan.item"]
            .sudo()
            .search([("move_line_id", "in", items.ids), ("plan_id.state", "=", "active")])
        )
        return {
            item.move_line_id.id: (
                max(item.plan_id._get_last_quiet_day(), date),
                item.plan_id._describe_pause(),
            )
            for item in found
        }

    # === PRIVATE METHODS ===#

    def _check_collector(self):
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(self.env._("Only collectors agree on payment plans or cancel them."))
        self.check_access("read")

    def _update_state(self, allowed, target, reason="", **vals):
        """The only way plans change their state.

        :raises UserError: from a state that is not allowed.
        """
        self._check_state(allowed, target)
        self.write({"state": target, "state_reason": reason, **vals})
        if target not in LIVE_STATES:
            self.item_ids.write({"is_live": False})

    def _to_engine(self):
        """The schedule as the engine reads it."""
        self.ensure_one()
        return tuple(
            Instalment(
                instalment.number,
                instalment.date,
                self._to_decimal(instalment.principal),
                self._to_decimal(instalment.interest),
            )
            for instalment in self.instalment_ids
        )

    def _to_decimal(self, amount):
        return Decimal(str(self.currency_id.round(amount)))

    def _get_last_quiet_day(self):
        grace = self.company_id.ar_promise_grace_days
        last = self.next_date or max(self.instalment_ids.mapped("date"))
        return fields.Date.add(last, days=grace)

    def _describe_pause(self):
        self.ensure_one()
        if not self.next_date:
            return self.env._("Paid off by the payment plan %s.", self.name)
        return self.env._(
            "Paid off by the payment plan %(plan)s, next instalment on %(day)s.",
            plan=self.name,
            day=format_date(self.env, self.next_date),
        )

    def _note(self, what):
        """Tell the audit trail what became of plans."""
        for company, plans in self.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [plan._prepare_event(f"plan.{what}") for plan in plans]
            )

    def _prepare_event(self, code):
        labels = dict(self._fields["state"]._description_selection(self.env))
        summary = self.env._(
            "Payment plan %(plan)s of %(customer)s over %(total)s: %(state)s. %(reason)s",
            plan=self.name,
            customer=self.partner_id.display_name,
            total=self.currency_id.format(self.total),
            state=labels[self.state],
            reason=self.state_reason or "",
        ).strip()
        return {
            "code": code,
            "summary": summary,
            "record": self,
            "details": {
                "partner_id": self.partner_id.id,
                "debt": str(self._to_decimal(self.debt)),
                "interest": str(self._to_decimal(self.interest)),
                "currency": self.currency_id.name,
                "instalments": [
                    [str(each.date), str(self._to_decimal(each.amount))]
                    for each in self.instalment_ids
                ],
                "signed_by": self.signed_by or "",
            },
        }
