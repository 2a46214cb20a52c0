from odoo import api, fields, models

# What a payment or credit note left.
OPEN_CREDIT = [
    ("account_type", "=", "asset_receivable"),
    ("parent_state", "=", "posted"),
    ("reconciled", "=", False),
    ("amount_residual", "<", 0),
]


class ArWriteoffRecover(models.TransientModel):
    """Book a payment that came after the write-off as a recovery."""

    _name = "ar.writeoff.recover"
    _description = "Recovery after a write-off"

    request_id = fields.Many2one("ar.writeoff.request", required=True, readonly=True)
    company_id = fields.Many2one(related="request_id.company_id")
    partner_id = fields.Many2one(related="request_id.partner_id")
    currency_id = fields.Many2one(related="request_id.currency_id")
    credit_id = fields.Many2one(
        "account.move.line",
        "Payment",
        required=True,
        domain="[('company_id', '=', company_id), ('partner_id', 'child_of', partner_id)]"
        f" + {OPEN_CREDIT!r}",
        help="The customer's open credit that the payment left.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="How much of it is recovered, in company currency. The rest stays credit.",
    )
    date = fields.Date("Book on", required=True, default=fields.Date.context_today)
    has_credit = fields.Boolean(compute="_compute_has_credit")

    # === COMPUTE METHODS ===#

    @api.depends("request_id")
    def _compute_has_credit(self):
        for wizard in self:
            whose = [
                ("company_id", "=", wizard.company_id.id),
                ("partner_id", "child_of", wizard.partner_id.id),
            ]
            credits = self.env["account.move.line"].search_count(whose + OPEN_CREDIT, limit=1)
            wizard.has_credit = bool(credits)

    @api.depends("credit_id", "request_id")
    def _compute_amount(self):
        for wizard in self:
            left = wizard.request_id.amount - wizard.request_id.recovered_amount
            wizard.amount = min(left, max(-wizard.credit_id.amount_residual, 0.0))

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Book the recovery."""
        self.ensure_one()
        move = self.request_id.ar_recover(self.credit_id, self.amount, self.date)
        return move._get_records_action(name=self.env._("Recovery"))
