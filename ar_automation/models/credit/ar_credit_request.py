from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

REQUEST_KINDS = [
    ("order", "Order"),
    ("limit", "Credit limit"),
    ("application", "Credit application"),
]
REQUEST_STATES = [
    ("open", "To decide"),
    ("second", "Second approval"),
    ("prepayment", "Waiting for prepayment"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("closed", "Settled by itself"),
]
WAITING = ("open", "second", "prepayment")


class ArCreditRequest(models.Model):
    """Something that waits for a credit decision, or waited for one.

    A request about an order follows its order: it is opened with the hold and closed with
    it. Nobody writes requests; they change through decisions only.
    """

    _name = "ar.credit.request"
    _description = "Credit request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("About", required=True, readonly=True)
    kind = fields.Selection(REQUEST_KINDS, required=True, readonly=True)
    state = fields.Selection(
        REQUEST_STATES,
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Settled by itself: the order was cancelled or changed, or another limit asked for.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="cascade", check_company=True
    )
    user_id = fields.Many2one(
        "res.users", "Approver", readonly=True, help="Who was called for the decision."
    )
    amount = fields.Monetary(
        readonly=True, help="Total of the order, or the limit asked for, in the company's currency."
    )
    exposure = fields.Monetary(
        "Exposure before", readonly=True, help="What the customer owed when the request was made."
    )
    limit = fields.Monetary(readonly=True, help="The customer's limit when the request was made.")
    excess = fields.Monetary(
        "Over the limit by",
        compute="_compute_excess",
        store=True,
        help="By how much exposure and order together exceed the limit.",
    )
    reason = fields.Text("Reasons", readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked by", readonly=True)
    requested_at = fields.Datetime("Asked at", readonly=True, default=fields.Datetime.now)
    first_approved_by_id = fields.Many2one("res.users", "First approval", readonly=True)
    first_approved_at = fields.Datetime("First approved at", readonly=True)
    first_amount = fields.Monetary(
        readonly=True, help="What the first approval was about; for more it has to be given anew."
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided at", readonly=True)
    decision = fields.Text(readonly=True, tracking=True, help="Why it was decided so.")
    until_date = fields.Date(
        "Until",
        readonly=True,
        tracking=True,
        help="Until this day the customer's orders pass up to the ceiling, whether it is late or "
        "not.",
    )
    ceiling = fields.Monetary(
        readonly=True,
        help="What the customer may owe until then: the exposure that the release accepted.",
    )
    prepayment = fields.Monetary(
        currency_field="order_currency_id",
        readonly=True,
        tracking=True,
        help="What the customer has to pay before the order is confirmed, in the order's currency.",
    )
    prepayment_move_id = fields.Many2one(
        "account.move", "Down payment invoice", readonly=True, check_company=True
    )
    order_currency_id = fields.Many2one(related="order_id.currency_id", string="Order's currency")

    _order_unique = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL AND state IN ('open', 'second', 'prepayment')",
        "An order has one open credit request.",
    )
    _clearance_idx = models.Index(
        "(company_id, partner_id, until_date) WHERE state = 'approved' AND until_date IS NOT NULL"
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "amount", "exposure", "limit")
    def _compute_excess(self):
        for request in self:
            is_over = request.kind == "order" and request.limit
            over = request.exposure + request.amount - request.limit if is_over else 0.0
            request.excess = max(over, 0.0)

    # === ACTION METHODS ===#

    def action_release(self):
        """Ask for the reason and approve."""
        has_orders = "order" in self.mapped("kind")
        name = self.env._("Release") if has_orders else self.env._("Approve")
        return self._open_decision("release", name)

    def action_reject(self):
        """Ask for the reason and reject."""
        return self._open_decision("reject", self.env._("Reject"))

    def action_demand_prepayment(self):
        """Ask how much is to be paid first."""
        return self._open_decision("prepay", self.env._("Release against prepayment"))

    def action_open_order(self):
        """Open the order that is asked about."""
        return self.order_id._get_records_action(name=self.env._("Order"))

    def _open_decision(self, decision, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.credit.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_decision": decision, "default_request_ids": self.ids},
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_ceilings(self, partners, company, day):
        """Up to what customers may owe because of a release that stands until a day.

        :param res.partner partners: commercial partners.
        :param datetime.date day: on which it has to stand.
        :return: ``{partner id: amount in the company's currency}`` of those that have one.
        """
        rows = self.sudo()._read_group(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", partners.ids)
            & Domain("state", "=", "approved")
            & Domain("until_date", ">=", day),
            ["partner_id"],
            ["ceiling:max"],
        )
        return {partner.id: ceiling for partner, ceiling in rows}

    def _check_is_manager(self):
        if not self.env.user.has_group("ar_automation.ar_automation_group_credit_manager"):
            raise AccessError(
                self.env._(
                    "Only credit managers release or reject orders on credit hold. Ask one of "
                    "them to decide."
                )
            )
