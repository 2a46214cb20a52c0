from odoo import api, fields, models


class ArCreditDecision(models.TransientModel):
    """Releases or rejects orders on credit hold, and asks why."""

    _name = "ar.credit.decision"
    _description = "Decide orders on credit hold"

    decision = fields.Selection(
        [("release", "Release"), ("reject", "Reject")], required=True, readonly=True
    )
    order_ids = fields.Many2many("sale.order", string="Orders", required=True, readonly=True)
    order_count = fields.Integer(compute="_compute_order_count")
    reason = fields.Text(required=True, help="Kept with the orders and in the audit trail.")

    # === COMPUTE METHODS ===#

    @api.depends("order_ids")
    def _compute_order_count(self):
        for wizard in self:
            wizard.order_count = len(wizard.order_ids)

    # === ACTION METHODS ===#

    def action_apply(self):
        """Carry out the decision."""
        self.ensure_one()
        if self.decision == "release":
            self.order_ids.ar_release_credit(self.reason)
        else:
            self.order_ids.ar_reject_credit(self.reason)
        return {"type": "ir.actions.act_window_close"}
