from datetime import date, timedelta

from odoo import Command

from .common import TODAY, DunningCommon


class LateFeeCommon(DunningCommon):
    """A company that claims 36.5 % a year: a tenth of a percent for each late day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regime = cls.env["ar.interest.regime"].create(
            {
                "name": "A tenth of a percent a day",
                "company_id": cls.company.id,
                "margin": 8,
                "fixed_sum_currency_id": cls.company.currency_id.id,
                "rate_ids": [Command.create({"valid_from": date(2020, 1, 1), "percent": 28.5})],
                "fixed_sum_ids": [
                    Command.create({"from_amount": 0, "amount": 40}),
                    Command.create({"from_amount": 1000, "amount": 70}),
                ],
            }
        )
        cls.fees = cls.env["ar.late.fee.policy"].ar_get_policy(cls.company)
        cls.fees.write(
            {
                "is_enabled": True,
                "claim_from": date(2026, 1, 1),
                "regime_id": cls.regime.id,
                "is_posted": True,
            }
        )
        (cls.partner_a | cls.partner_b).write({"is_company": True})

    @classmethod
    def pay(cls, invoice, days_late, amount=None):
        """Pay an invoice so many days after its due date."""
        day = invoice.invoice_date_due + timedelta(days=days_late)
        values = {"amount": amount, "installments_mode": "full"} if amount else {}
        return cls._register_payment(invoice, payment_date=day, **values)

    @classmethod
    def item(cls, invoice):
        return invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def run_fees(self, day=TODAY, **kwargs):
        return self.env["ar.job.collections.late.fees"].ar_run_job(self.company, day, **kwargs)

    def claims_of(self, invoice):
        return self.env["ar.late.fee"].search([("move_id", "=", invoice.id)], order="date_from, id")
