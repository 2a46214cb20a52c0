"""Which customers are due for a review, and why: a fixed number of statements."""

from odoo.tools import SQL

from .behaviour import BUCKETS

READ_FIELDS = {
    "ar.credit.review": [
        "company_id", "partner_id", "is_current", "next_review_date", "overdue_bucket", "limit_use",
    ],
    "res.partner": ["commercial_partner_id", "credit_limit", "active"],
    "account.move.line": [
        "partner_id", "company_id", "account_id", "parent_state", "date", "date_maturity",
        "amount_residual",
    ],
    "account.account": ["account_type"],
}  # fmt: skip


class ReviewDue:
    """Finds who is due in a company on a day.

    Of two reasons the graver one is given.
    """

    def __init__(self, company, day, use_trigger):
        self.env = company.env
        self.company = company.sudo()
        self.day = day
        self.use_trigger = use_trigger

    def collect(self):
        """``{commercial partner id: reason code}`` of customers with anything posted."""
        for model, names in READ_FIELDS.items():
            self.env[model].flush_model(names)
        return dict(self.env.execute_query(self._statement()))

    def _statement(self):
        bucket = SQL(" + ").join(
            SQL("(%s - item.oldest > %s)::int", self.day, limit) for limit in BUCKETS
        )
        return SQL(
            """
            SELECT item.partner_id,
                   CASE WHEN r.id IS NULL THEN 'first'
                        WHEN COALESCE(%(bucket)s, 0) > r.overdue_bucket THEN 'overdue_bucket'
                        WHEN %(over_use)s THEN 'limit_use'
                        ELSE 'interval' END
              FROM (%(items)s) item
         LEFT JOIN ar_credit_review r ON r.partner_id = item.partner_id AND r.is_current
                                     AND r.company_id = %(company)s
             WHERE r.id IS NULL OR r.next_review_date <= %(day)s
                OR COALESCE(%(bucket)s, 0) > r.overdue_bucket OR %(over_use)s
            """,
            bucket=bucket,
            over_use=SQL(
                """(item.credit_limit > 0 AND r.limit_use <= %(trigger)s
                    AND item.open * 100 > item.credit_limit * %(trigger)s)""",
                trigger=self.use_trigger,
            ),
            items=self._items(),
            company=self.company.id,
            day=self.day,
        )

    def _default_limit(self):
        partners = self.env["res.partner"].with_company(self.company)
        return partners._fields["credit_limit"].get_company_dependent_fallback(partners) or 0.0

    def _items(self):
        """What every customer with a receivable item owes, and how old the oldest debt is."""
        return SQL(
            """
            SELECT c.id AS partner_id,
                   COALESCE((c.credit_limit ->> %(key)s)::float, %(default)s) AS credit_limit,
                   SUM(l.amount_residual) AS open,
                   MIN(COALESCE(l.date_maturity, l.date))
                       FILTER (WHERE l.amount_residual > 0
                                 AND COALESCE(l.date_maturity, l.date) < %(day)s) AS oldest
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active
             WHERE l.parent_state = 'posted' AND a.account_type = 'asset_receivable'
               AND l.company_id IN (SELECT id FROM res_company WHERE parent_path LIKE %(path)s)
               AND l.date <= %(day)s
          GROUP BY c.id
            """,
            key=str(self.company.id),
            default=self._default_limit(),
            path=f"{self.company.root_id.id}/%",
            day=self.day,
        )
