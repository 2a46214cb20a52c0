from odoo import Command
from odoo.tests import new_test_user

from .common import TODAY, DunningCommon

GROUP = "ar_automation.ar_automation_group_"


class WriteoffCommon(DunningCommon):
    """A company that knows where it books bad debts, and people who ask and approve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.company_data["default_account_expense"].copy({"name": "Bad debts"})
        cls.income = cls.company_data["default_account_revenue"].copy({"name": "Recoveries"})
        cls.writeoffs = cls.env["ar.writeoff.policy"].ar_get_policy(cls.company)
        cls.writeoffs.write({"loss_account_id": cls.loss.id, "recovery_account_id": cls.income.id})
        cls.bankrupt = cls.env.ref("ar_automation.writeoff_reason_bankrupt")
        cls.users = {
            role: new_test_user(
                cls.env, login=f"closing_{role}", groups=GROUP + role, company_id=cls.company.id
            )
            for role in ("collector", "credit_manager", "supervisor", "auditor")
        }

    @classmethod
    def item(cls, invoice):
        return invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")

    @classmethod
    def taxed_invoice(cls, days=200, amount=100.0, **kwargs):
        invoice = cls.late_invoice(days, amount=amount, **kwargs)
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = [Command.set(cls.tax_sale_a.ids)]
        invoice.action_post()
        return invoice

    def as_role(self, role, record):
        return record.with_user(self.users[role]).with_company(self.company)

    def ask(self, items, reason=None, role="collector", **options):
        requests = self.as_role(role, self.env["ar.writeoff.request"])
        return requests.ar_request(
            self.as_role(role, items), reason or self.bankrupt, **options
        ).with_env(self.env)

    def write_off(self, items, **options):
        request = self.ask(items, **options)
        self.as_role("supervisor", request).action_approve()
        return request

    def credit_of(self, amount, partner=None):
        """Money of a customer that came without an invoice to take it."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.partner_a).id,
                "amount": amount,
                "date": TODAY,
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
