from odoo import models


class ArDashboard(models.AbstractModel):
    _inherit = "ar.dashboard"

    def _prepare_tiles(self, company, date):
        """EXTENDS reporting: the customer payments that wait to be matched."""
        tiles = super()._prepare_tiles(company, date)
        lines = self.env["account.bank.statement.line"]
        if not lines.has_access("read"):
            return tiles
        domain = lines._ar_to_match_domain(company)
        groups = dict(lines._read_group(domain, ["ar_match_state"], ["__count"]))
        total, proposed = sum(groups.values()), groups.get("proposed", 0)
        return [
            {
                "key": "payments_to_match",
                "label": self.env._("Payments to match"),
                "value": total,
                "format": "integer",
                "detail": self.env._("%s with a proposal", proposed)
                if total
                else self.env._("Every payment is matched"),
                "help": self.env._("Customer payments on the bank that settle nothing yet."),
                "tone": "warning" if total else "success",
                "action": self.env["ir.actions.act_window"]._for_xml_id(
                    "ar_automation.payments_to_match_action"
                ),
            },
            *tiles,
        ]
