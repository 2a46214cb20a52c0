from odoo import api, fields, models

from ...engine.kpi.aging import BUCKET_KEYS

READONLY_AMOUNT = {"currency_field": "currency_id", "readonly": True, "aggregator": "avg"}


class ArKpiSnapshot(models.Model):
    """The key figures of one company at the end of one day, as they were measured then.

    Later bookings that are dated back do not change a snapshot; the aging as of the same
    day shows them. Figures of different days are averaged, never added up.
    """

    _name = "ar.kpi.snapshot"
    _description = "Key figures"
    _order = "date desc, company_id"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    date = fields.Date(required=True, readonly=True, index=True)
    is_month_end = fields.Boolean(
        compute="_compute_is_month_end", store=True, help="Measured on a month's last day."
    )
    amount_open = fields.Monetary("Open receivables", **READONLY_AMOUNT)
    amount_overdue = fields.Monetary("Overdue", **READONLY_AMOUNT)
    amount_not_due = fields.Monetary("Not due", **READONLY_AMOUNT)
    amount_1_30 = fields.Monetary("Overdue 1 – 30 days", **READONLY_AMOUNT)
    amount_31_60 = fields.Monetary("Overdue 31 – 60 days", **READONLY_AMOUNT)
    amount_61_90 = fields.Monetary("Overdue 61 – 90 days", **READONLY_AMOUNT)
    amount_91_120 = fields.Monetary("Overdue 91 – 120 days", **READONLY_AMOUNT)
    amount_120_plus = fields.Monetary("Overdue over 120 days", **READONLY_AMOUNT)
    dso = fields.Float(
        "DSO (days)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Days sales outstanding by the countback method; 0 where nothing was sold yet.",
    )

    _company_date_unique = models.Constraint(
        "unique (company_id, date)", "The key figures of a company are measured once a day."
    )

    @api.depends("date")
    def _compute_is_month_end(self):
        for snapshot in self:
            day = snapshot.date
            snapshot.is_month_end = bool(day) and fields.Date.add(day, days=1).day == 1

    # === BUSINESS METHODS ===#

    @api.model
    def _measure(self, company, day):
        """Measure and store the figures of one day; return the snapshot."""
        report = self.env["ar.aging"].ar_get_report(company.id, day)
        totals = report["totals"]
        return self.create(
            [
                {
                    "company_id": company.id,
                    "date": day,
                    "amount_open": totals["total"],
                    "amount_overdue": totals["overdue"],
                    **{f"amount_{key}": totals[key] for key in BUCKET_KEYS},
                    "dso": self.env["ar.kpi"].ar_get_dso(company, day) or 0.0,
                }
            ]
        )
