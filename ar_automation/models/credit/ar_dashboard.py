from odoo import models


class ArDashboard(models.AbstractModel):
    _inherit = "ar.dashboard"

    def _prepare_tiles(self, company, date):
        """EXTENDS reporting: the orders that wait for a credit decision."""
        tiles = super()._prepare_tiles(company, date)
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return tiles
        count = orders.ar_count_on_hold(company)
        return [
            {
                "key": "orders_on_hold",
                "label": self.env._("Orders on credit hold"),
                "value": count,
                "format": "integer",
                "detail": self.env._("Wait for release or rejection")
                if count
                else self.env._("No order is held"),
                "help": self.env._("Orders over their customer's credit limit or held for debts."),
                "tone": "warning" if count else "success",
                "action": self.env["ir.actions.act_window"]._for_xml_id(
                    "ar_automation.sale_order_action_credit_hold"
                ),
            },
            *tiles,
        ]
