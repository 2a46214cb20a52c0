from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.kpi.dso import count_back, periods_before

# Older sales than three years explain no receivable that is worth a figure in days.
LOOK_BACK_MONTHS = 36


class ArKpi(models.AbstractModel):
    """Key figures of receivables, as of any day, computed from the journal."""

    _name = "ar.kpi"
    _description = "Key figures of receivables"
    _inherit = "ar.report.access"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_dso(self, company, date):
        """Return the days sales outstanding on a day, by the countback method.

        Receivables are the balance of the receivable accounts on that day, credits
        deducted. Sales are the posted customer invoices less credit notes of each calendar
        month up to that day, tax included, in the company's currency, by accounting date.
        The month of the day itself counts with the days gone by.

        :param res.company company: where; its root company with all branches counts.
        :param datetime.date date: any day.
        :return: days as a float, not rounded; 0.0 when nothing is outstanding; None when
            something is, but nothing was sold in the three years before.
        :raises AccessError: for users without a role in receivables or in ``company``.
        """
        day = fields.Date.to_date(date)
        return self.ar_get_series(company, [day])[day]["dso"]

    @api.model
    @api.private
    def ar_get_series(self, company, dates):
        """Return the key figures on many days with two statements in all.

        :param res.company company: where; its root company with all branches counts.
        :param list[datetime.date] dates: any days.
        :return: ``{date: {"receivables", "sales", "dso"}}``: the balance of the receivable
            accounts, the credit sales of that calendar month up to the day, and the
            countback DSO as in :meth:`ar_get_dso`.
        """
        self._check_reader(company)
        days = sorted({fields.Date.to_date(day) for day in dates})
        if not days:
            return {}
        balances = self._receivables_on(company, days)
        sales = self._sales_by_day(company, days)
        return {day: self._measure_day(company, day, balances[day], sales) for day in days}

    # === PRIVATE METHODS ===#

    def _measure_day(self, company, day, receivables, sales):
        periods = periods_before(day, sales, months=LOOK_BACK_MONTHS)
        in_month = sum(
            amount for sold, amount in sales.items() if day.replace(day=1) <= sold <= day
        )
        if receivables > 0 and not any(period.sales > 0 for period in periods):
            dso = None
        else:
            dso = float(count_back(receivables, periods).days)
        rounded = company.currency_id.round
        return {
            "receivables": rounded(float(receivables)),
            "sales": rounded(float(in_month)),
            "dso": dso,
        }

    def _receivables_on(self, company, days):
        """``{day: balance of the receivable accounts}``, in one statement."""
        self.env["ar.aging"]._flush_items()
        sums = SQL(", ").join(
            SQL("COALESCE(SUM(line.balance) FILTER (WHERE line.date <= %s), 0)::text", day)
            for day in days
        )
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM account_move_line line
                 WHERE line.account_id IN (SELECT id FROM account_account
                                            WHERE account_type = 'asset_receivable')
                   AND line.parent_state = 'posted' AND line.date <= %s AND %s
                """,
                sums,
                days[-1],
                self.env["ar.aging"]._company_sql(company),
            )
        )
        return {day: Decimal(value) for day, value in zip(days, row, strict=True)}

    def _sales_by_day(self, company, days):
        """``{day: credit sales less refunds}`` for all months that the days look back on."""
        self.env["account.move"].flush_model(
            ["amount_total_signed", "company_id", "date", "move_type", "state"]
        )
        first = days[0].replace(day=1) - relativedelta(months=LOOK_BACK_MONTHS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.date, SUM(line.amount_total_signed)::text
                  FROM account_move line
                 WHERE line.state = 'posted' AND line.move_type IN ('out_invoice', 'out_refund')
                   AND line.date BETWEEN %s AND %s AND %s
              GROUP BY line.date
                """,
                first,
                days[-1],
                self.env["ar.aging"]._company_sql(company),
            )
        )
        return {day: Decimal(amount) for day, amount in rows}

    @api.model
    def _month_ends(self, day, count):
        """The last days of the months before, oldest first, and ``day`` itself."""
        firsts = [day.replace(day=1) - relativedelta(months=n) for n in range(count - 1)]
        return [first - timedelta(days=1) for first in reversed(firsts)] + [day]
