from odoo import fields, models
from odoo.fields import Domain


class AccountJournal(models.Model):
    _inherit = "account.journal"

    ar_apply_on_import = fields.Boolean(
        "Match while importing",
        help="Match the payments of a bank file with open items while it is imported. Sure matches "
        "are booked on the customer's account straight away. Otherwise payments wait on the "
        "suspense account until the next matching, usually within the hour.",
    )

    # === COMPUTE METHODS ===#

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """EXTENDS account: with the number of payments that wait to be matched."""
        result = super()._fill_bank_cash_dashboard_data(dashboard_data)
        lines = self.env["account.bank.statement.line"]
        waiting = Domain.OR(lines._ar_to_match_domain(company) for company in self.company_id)
        domain = waiting & Domain("journal_id", "in", self.ids)
        for journal, count in lines._read_group(domain, ["journal_id"], ["__count"]):
            dashboard_data[journal.id]["ar_to_match"] = count
        return result

    # === ACTION METHODS ===#

    def action_ar_open_workbench(self):
        """Open the payments of this journal that wait to be matched."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("ar_automation.ar_workbench_action")
        return action | {"params": {"journal_id": self.id, "company_id": self.company_id.id}}

    # === HOOKS ===#

    def _ar_applies_on_import(self):
        """EXTENDS banking: as the journal says."""
        return self.ar_apply_on_import or super()._ar_applies_on_import()
