from odoo import fields, models


class ArCollectionHoldAdd(models.TransientModel):
    """Put invoices on hold from dunning, with a reason."""

    _name = "ar.collection.hold.add"
    _description = "Put invoices on hold from dunning"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    reason = fields.Char(required=True, help="Shown wherever the invoice is not reminded.")
    until = fields.Date(help="Last day of the hold. Empty: until it is released.")

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Put what is open of the invoices on hold."""
        self.ensure_one()
        items = self.move_ids.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        self.env["ar.collection.hold"].ar_hold(items, self.reason, self.until or None)
        return {"type": "ir.actions.act_window_close"}
