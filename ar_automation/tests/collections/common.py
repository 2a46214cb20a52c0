from datetime import date, timedelta

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import freeze_time

TODAY = date(2026, 6, 30)


@freeze_time(TODAY)
class DunningCommon(AccountTestInvoicingCommon):
    """Customers with invoices that are late on a known day, and fresh bank data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.policy = cls.company.ar_dunning_policy_id
        cls.levels = cls.policy._sorted_levels()
        (cls.partner_a | cls.partner_b).write({"email": False})
        cls.partner_a.email = "a@example.com"
        cls.partner_b.email = "b@example.com"
        cls.env.user.group_ids += cls.env.ref("ar_automation.ar_automation_group_supervisor")

    @classmethod
    def late_invoice(cls, days, partner=None, amount=100.0, **kwargs):
        """A posted invoice that is so many days overdue on the known day."""
        due = TODAY - timedelta(days=days)
        return cls._create_invoice_one_line(
            partner_id=partner or cls.partner_a,
            invoice_date=due - timedelta(days=30),
            invoice_date_due=due,
            invoice_payment_term_id=False,
            price_unit=amount,
            tax_ids=[],
            post=True,
            **kwargs,
        )

    @classmethod
    def bank_line(cls, day, company_data=None):
        journal = (company_data or cls.company_data)["default_journal_bank"]
        return cls.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": day, "payment_ref": "noise", "amount": 1.0}
        )

    def run_day(self, day=TODAY, company=None, **kwargs):
        return self.env["ar.dunning.run"].ar_run(company or self.company, day, **kwargs)

    def skipped(self, run):
        return {line.res_id: line.message for line in run.skipped_line_ids}
