from odoo import models


class ArDashboard(models.AbstractModel):
    _inherit = "ar.dashboard"

    def _prepare_tiles(self, company, date):
        """EXTENDS reporting: the reminders sent since the month began."""
        tiles = super()._prepare_tiles(company, date)
        notices = self.env["ar.dunning.notice"]
        if not notices.has_access("read"):
            return tiles
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", "sent"),
            ("date", ">=", date.replace(day=1)),
            ("date", "<=", date),
        ]
        waiting = notices.search_count([("company_id", "=", company.id), ("state", "=", "ready")])
        return [
            {
                "key": "reminders",
                "label": self.env._("Reminders this month"),
                "value": notices.search_count(domain),
                "format": "integer",
                "detail": self.env._("%s wait to be sent", waiting)
                if waiting
                else self.env._("None waits to be sent"),
                "help": self.env._("Reminders sent since the first of the month."),
                "tone": "neutral",
                "action": self.env["ir.actions.act_window"]._for_xml_id(
                    "ar_automation.ar_dunning_notice_action"
                ),
            },
            *tiles,
        ]
