from datetime import date

from odoo.tests import freeze_time

from ...models.collections.statement_figures import StatementTerms, read_statements
from .common import DunningCommon

NIGHT = date(2026, 7, 5)
JUNE = (date(2026, 6, 1), date(2026, 6, 30))


class StatementCase(DunningCommon):
    """Customers, and a policy of statements that a test switches on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy_of_statements = cls.env["ar.account.statement.policy"].ar_get_policy(cls.company)
        cls.policy_of_statements.since = date(2026, 1, 1)
        cls.company.email = "receivables@example.com"

    def switch_on(self, **vals):
        with freeze_time("2026-06-01"):
            self.policy_of_statements.write({"frequency": "monthly", **vals})

    def write_statements(self, day=NIGHT):
        return self.env["ar.job.collections.statements"].ar_run_job(self.company, day)

    def send(self):
        job = self.env["ar.job.collections.statement_delivery"]
        return job.with_context(force_report_rendering=True).ar_run_job(self.company, NIGHT)

    def statements(self):
        return self.env["ar.account.statement"].search([("company_id", "=", self.company.id)])

    def inbox(self):
        return self.env["ar.exception"].search(
            [("res_model", "=", "ar.account.statement"), ("state", "in", ("open", "waiting"))]
        )

    def figures(self, first, last, partner=None):
        partner = partner or self.partner_a
        terms = StatementTerms(last, first, "movements")
        return read_statements(self.company, partner, terms).get(partner.id, [])
