from odoo import Command, api, fields, models


class ArCreditDecision(models.TransientModel):
    """Releases or rejects orders on hold and credit requests, and asks why."""

    _name = "ar.credit.decision"
    _description = "Decide credit requests"

    decision = fields.Selection(
        [
            ("release", "Release"),
            ("reject", "Reject"),
            ("prepay", "Release against prepayment"),
        ],
        required=True,
        readonly=True,
    )
    order_ids = fields.Many2many("sale.order", string="Orders", readonly=True)
    request_ids = fields.Many2many("ar.credit.request", string="Requests", readonly=True)
    limit_request_ids = fields.Many2many(
        "ar.credit.request", string="Limits", compute="_compute_limit_request_ids"
    )
    application_request_ids = fields.Many2many(
        "ar.credit.request", string="Applications", compute="_compute_limit_request_ids"
    )
    order_count = fields.Integer(compute="_compute_order_count")
    reason = fields.Text(required=True, help="Kept with the orders and in the audit trail.")
    scope = fields.Selection(
        [("order", "This order alone"), ("customer", "The customer's orders until a date")],
        "Holds for",
        default="order",
        required=True,
        help="Until a date: the customer's orders pass until then, late or not, as long as it owes "
        "no more than with this order. This order alone: with a date, the release counts until "
        "then if the order is confirmed anew.",
    )
    until_date = fields.Date("Until", help="The last day on which the release holds.")
    prepayment_percent = fields.Float(
        "Prepayment (%)", default=50.0, help="How much of the order is to be paid first."
    )
    prepayment_by = fields.Selection(
        [
            ("invoice", "Down payment invoice"),
            ("online", "Online payment request"),
        ],
        "Paid by",
        default="invoice",
        required=True,
        help="An invoice is posted at once. An online request is an e-mail to the customer, who "
        "pays on the portal page of the quotation.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("order_ids")
    def _compute_order_count(self):
        for wizard in self:
            wizard.order_count = len(wizard.order_ids)

    @api.depends("request_ids")
    def _compute_limit_request_ids(self):
        for wizard in self:
            by_kind = wizard.request_ids.grouped("kind")
            wizard.limit_request_ids = by_kind.get("limit", wizard.request_ids.browse())
            wizard.application_request_ids = by_kind.get("application", wizard.request_ids.browse())

    # === CRUD METHODS ===#

    @api.model
    def default_get(self, fields_list):
        """Propose the orders of the requests that are to be decided."""
        values = super().default_get(fields_list)
        requests = self.env["ar.credit.request"].browse(
            self.env.context.get("default_request_ids", ())
        )
        if requests.order_id and "order_ids" in fields_list:
            values["order_ids"] = [Command.set(requests.order_id.ids)]
        return values

    # === ACTION METHODS ===#

    def action_apply(self):
        """Carry out the decision."""
        self.ensure_one()
        if self.decision == "release":
            self._release()
        elif self.decision == "reject":
            if self.order_ids:
                self.order_ids.ar_reject_credit(self.reason)
            (self.limit_request_ids | self.application_request_ids).ar_reject(self.reason)
        else:
            self._demand_prepayment()
        return {"type": "ir.actions.act_window_close"}

    def _release(self):
        if self.order_ids:
            self.order_ids.ar_release_credit(
                self.reason, self.until_date or None, for_customer=self.scope == "customer"
            )
        (self.limit_request_ids | self.application_request_ids).ar_approve(self.reason)

    def _demand_prepayment(self):
        for order in self.order_ids:
            amount = order.currency_id.round(order.amount_total * self.prepayment_percent / 100)
            order.ar_demand_prepayment(amount, self.reason, self.prepayment_by)
