from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

# upper ends of the aging buckets, in days past due
BUCKET_ENDS = (0, 30, 60, 90, 120)


class ArStatementReport(models.AbstractModel):
    """Figures of the statement of account: open items, credit and aging per currency."""

    _name = "report.ar_automation.report_statement_of_account"
    _description = "Statement of account"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        company = self.env["res.company"].browse(data.get("company_id") or self.env.company.id)
        day = fields.Date.to_date(data.get("date")) or fields.Date.context_today(self)
        customers = (
            self.env["res.partner"].browse(docids).commercial_partner_id.with_company(company)
        )
        items = self.env["ar.open.item"].ar_collect(company, customers, at=day)
        return {
            "doc_ids": customers.ids,
            "doc_model": "res.partner",
            "company": company,
            "date": day,
            "bank_accounts": self._find_bank_accounts(company),
            "statements": [
                {
                    "customer": customer,
                    "lang": data.get("lang") or customer.lang or company.partner_id.lang,
                    "currencies": self._group_by_currency(items.get(customer.id, []), day),
                }
                for customer in customers
            ],
        }

    # === PRIVATE METHODS ===#

    def _find_bank_accounts(self, company):
        # sudo: account numbers are printed for the customer, whoever prints
        journals = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("type", "=", "bank"),
                    ("bank_account_id", "!=", False),
                ]
            )
        )
        return journals.bank_account_id or company.sudo().partner_id.bank_ids[:1]

    def _group_by_currency(self, rows, day):
        by_currency = defaultdict(list)
        for row in rows:
            by_currency[row.currency_id].append(row)
        return [
            self._prepare_currency(self.env["res.currency"].browse(currency_id), group, day)
            for currency_id, group in by_currency.items()
        ]

    def _prepare_currency(self, currency, rows, day):
        items = [self._prepare_item(row, day) for row in rows if row.residual > 0]
        credits = [self._prepare_item(row, day) for row in rows if row.residual < 0]
        open_total = sum((item["residual"] for item in items), Decimal(0))
        credit_total = sum((item["residual"] for item in credits), Decimal(0))
        return {
            "currency": currency,
            "items": items,
            "credits": credits,
            "overdue": sum((item["residual"] for item in items if item["days"] > 0), Decimal(0)),
            "open": open_total,
            "credit": credit_total,
            "balance": open_total + credit_total,
            "aging": self._age(items),
        }

    def _prepare_item(self, row, day):
        return {
            "name": row.name,
            "ref": row.ref,
            "date": row.date,
            "due_date": row.due_date,
            "original": row.original,
            "residual": row.residual,
            "days": (day - row.due_date).days,
            "in_clarification": row.blocked,
        }

    def _age(self, items):
        """Open amounts per bucket: not due, 1-30, 31-60, 61-90, 91-120, more than 120 days."""
        buckets = [Decimal(0)] * (len(BUCKET_ENDS) + 1)
        for item in items:
            buckets[sum(item["days"] > end for end in BUCKET_ENDS)] += item["residual"]
        return buckets
