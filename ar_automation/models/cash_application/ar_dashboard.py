from datetime import timedelta

from odoo import models
from odoo.tools import formatLang

MEASURED_DAYS = 30


class ArDashboard(models.AbstractModel):
    _inherit = "ar.dashboard"

    def _prepare_tiles(self, company, date):
        """EXTENDS reporting: the payments that wait to be matched, and how many match alone."""
        tiles = super()._prepare_tiles(company, date)
        if not self.env["account.bank.statement.line"].has_access("read"):
            return tiles
        return [
            self._prepare_to_match_tile(company),
            *tiles,
            *self._prepare_match_rate_tile(company, date),
        ]

    def _prepare_to_match_tile(self, company):
        lines = self.env["account.bank.statement.line"]
        groups = dict(
            lines._read_group(lines._ar_to_match_domain(company), ["ar_match_state"], ["__count"])
        )
        total, proposed = sum(groups.values()), groups.get("proposed", 0)
        return {
            "key": "payments_to_match",
            "label": self.env._("Payments to match"),
            "value": total,
            "format": "integer",
            "detail": self.env._("%s with a proposal", proposed)
            if total
            else self.env._("Every payment is matched"),
            "help": self.env._("Customer payments on the bank that settle nothing yet."),
            "tone": "warning" if total else "success",
            "action": self.env["ir.actions.client"]._for_xml_id(
                "ar_automation.ar_workbench_action"
            ),
        }

    def _prepare_match_rate_tile(self, company, date):
        report = self.env["ar.match.report"]
        if not report.has_access("read"):
            return []
        domain = [
            ("level", "=", "payment"),
            ("company_id", "=", company.id),
            ("date", ">", date - timedelta(days=MEASURED_DAYS)),
            ("date", "<=", date),
        ]
        measures = ["__count", "auto_share:avg", "wrong_share:avg"]
        [(count, share, wrong)] = report._read_group(domain, [], measures)
        if not count:
            return []
        percent = formatLang(self.env, (wrong or 0) * 100, digits=2)
        return [
            {
                "key": "match_rate",
                "label": self.env._("Matched by itself"),
                "value": share,
                "format": "percentage",
                "detail": self.env._("%s%% of these taken back", percent),
                "help": self.env._(
                    "Share of the customer payments of the last %s days that were booked without "
                    "a person; below it, how many of such matches a person took back.",
                    MEASURED_DAYS,
                ),
                "tone": "danger" if wrong else "neutral",
                "action": self.env["ir.actions.act_window"]._for_xml_id(
                    "ar_automation.ar_match_report_action"
                ),
            }
        ]
