from odoo import api, fields, models


class ArCreditRefundRequest(models.TransientModel):
    """What somebody says who asks for a customer's credit to be paid back."""

    _name = "ar.credit.refund.request"
    _description = "Pay credit back"

    credit_ids = fields.Many2many("account.move.line", string="Credits", required=True)
    partner_id = fields.Many2one("res.partner", "Customer", compute="_compute_from_credits")
    currency_id = fields.Many2one("res.currency", compute="_compute_from_credits")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        required=True,
        help="What is paid back, at most what is open.",
    )
    reason = fields.Char(required=True, help="The approver and the payment's text say it.")
    bank_account_id = fields.Many2one(
        "res.partner.bank",
        "Pay to",
        compute="_compute_bank_account_id",
        store=True,
        readonly=False,
        domain="[('partner_id', '=', partner_id)]",
        help="May be left to the approver.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("credit_ids")
    def _compute_from_credits(self):
        for request in self:
            request.partner_id = request.credit_ids.partner_id.commercial_partner_id[:1]
            request.currency_id = request.credit_ids.currency_id[:1]

    @api.depends("credit_ids")
    def _compute_amount(self):
        for request in self:
            request.amount = -sum(request.credit_ids.mapped("amount_residual_currency"))

    @api.depends("credit_ids")
    def _compute_bank_account_id(self):
        for request in self:
            request.bank_account_id = request.partner_id.bank_ids[:1]

    # === ACTION METHODS ===#

    def action_request(self):
        """Ask for it, and show what was asked for."""
        self.ensure_one()
        refund = self.env["ar.credit.refund"].ar_request(
            self.credit_ids,
            self.reason,
            amount=self.amount,
            bank_account=self.bank_account_id,
        )
        return refund._get_records_action()
