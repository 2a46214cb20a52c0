from odoo import fields, models
from odoo.exceptions import AccessError

from .ar_report_access import READER_GROUPS


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_ar_overdue = fields.Boolean("Overdue receivables")
    kpi_ar_overdue_value = fields.Monetary(compute="_compute_kpi_ar_overdue_value")
    kpi_ar_dso = fields.Boolean("Days sales outstanding")
    kpi_ar_dso_value = fields.Float(compute="_compute_kpi_ar_dso_value")

    def _compute_kpi_ar_overdue_value(self):
        self._check_ar_reader()
        for company, digests in self._ar_digests_by_company():
            # sudo: the digest's company need not be one that the recipient works in now
            totals = (
                self.env["ar.aging"]
                .sudo()
                .ar_get_report(company.id, self._ar_digest_day())["totals"]
            )
            digests.kpi_ar_overdue_value = totals["overdue"]

    def _compute_kpi_ar_dso_value(self):
        self._check_ar_reader()
        for company, digests in self._ar_digests_by_company():
            # sudo: as above
            dso = self.env["ar.kpi"].sudo().ar_get_dso(company, self._ar_digest_day())
            digests.kpi_ar_dso_value = round(dso or 0.0, 1)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("ar_automation.ar_automation_menu_root").id
        actions["kpi_ar_overdue"] = f"ar_automation.ar_aging_action?menu_id={menu}"
        actions["kpi_ar_dso"] = f"ar_automation.ar_dashboard_action?menu_id={menu}"
        return actions

    # === PRIVATE METHODS ===#

    def _check_ar_reader(self):
        """Digests leave out the figures for which this is raised."""
        if not self.env.user.has_groups(READER_GROUPS):
            raise AccessError(
                self.env._("Without a role in receivables this figure is left out of the digest.")
            )

    def _ar_digests_by_company(self):
        return self.grouped(lambda digest: digest.company_id or self.env.company).items()

    def _ar_digest_day(self):
        end = self.env.context.get("end_datetime")
        return fields.Date.to_date(end) if end else fields.Date.context_today(self)
