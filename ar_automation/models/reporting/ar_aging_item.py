from odoo import fields, models
from odoo.tools import SQL

from ...engine.kpi.aging import BUCKETS

BUCKET_SELECTION = [
    ("not_due", "Not due"),
    ("1_30", "1 – 30"),
    ("31_60", "31 – 60"),
    ("61_90", "61 – 90"),
    ("91_120", "91 – 120"),
    ("120_plus", "Over 120"),
]
AS_OF = ("ar_as_of",)
# what the statement below reads
READ_FIELDS = {
    "account.move.line": (
        *("account_id", "company_id", "currency_id", "journal_id", "move_id", "partner_id"),
        *("date", "date_maturity", "parent_state", "reconciled"),
        *("amount_residual", "amount_residual_currency", "balance"),
    ),
    "account.partial.reconcile": (
        *("debit_move_id", "credit_move_id", "max_date"),
        *("amount", "credit_amount_currency", "debit_amount_currency"),
    ),
    "account.account": ("account_type",),
    "res.partner": ("commercial_partner_id",),
}
# the whole of a set
ALL = SQL("TRUE")
# an item without a due date falls due on its own
DUE = SQL("COALESCE(line.date_maturity, line.date)")


class ArAgingItem(models.Model):
    """An open item as it stood at the end of a day: what a figure of the aging consists of.

    The day is the context key ``ar_as_of`` (today if not given), as ``to_date`` is for
    core's stock on a date. One row is one journal item of a receivable account: an
    instalment of an invoice, or what is left of a payment or credit note (negative).
    """

    _name = "ar.aging.item"
    _description = "Open item as of a date"
    _auto = False
    _rec_name = "move_id"
    _order = "due_date, id"
    _depends = {model: list(names) for model, names in READ_FIELDS.items()}

    move_line_id = fields.Many2one("account.move.line", "Journal item", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", "Company currency", readonly=True)
    date = fields.Date(readonly=True)
    due_date = fields.Date("Due", readonly=True, help="The last day on which paying is in time.")
    days_overdue = fields.Integer(
        "Days overdue", readonly=True, aggregator="max", depends_context=AS_OF,
        help="Days past due on the day of the aging; negative before the due date.",
    )  # fmt: skip
    bucket = fields.Selection(BUCKET_SELECTION, "Overdue by", readonly=True, depends_context=AS_OF)
    amount = fields.Monetary("Original amount", "company_currency_id", readonly=True)
    residual = fields.Monetary(
        "Open amount", "company_currency_id", readonly=True, depends_context=AS_OF
    )
    residual_currency = fields.Monetary(
        "Open in currency", "currency_id", readonly=True, aggregator=None, depends_context=AS_OF
    )

    # === ACTION METHODS ===#

    def action_open_document(self):
        """Open the invoice, payment or entry that the item belongs to."""
        self.ensure_one()
        return self.move_id._get_records_action()

    # === QUERY ===#

    @property
    def _table_query(self):
        return self._items_sql(self._as_of())

    def _as_of(self):
        day = self.env.context.get("ar_as_of")
        return fields.Date.to_date(day) or fields.Date.context_today(self)

    def _items_sql(self, day, scope=ALL, customers=ALL):
        """One row per item that was open at the end of ``day``.

        What was open then is what is open now, plus what was matched after that day. This
        reads the open items and the latest matchings only, not the whole history, and
        equals the item's balance less the matchings up to that day.

        :param SQL scope: further condition on the journal item, alias ``line``.
        :param SQL customers: further condition on the item's partner, alias ``contact``.
        """
        return SQL(
            """
            WITH later AS MATERIALIZED (%(later)s)
            SELECT line.id, line.id AS move_line_id, line.move_id, line.company_id,
                   line.journal_id, line.account_id,
                   line.currency_id, line.company_currency_id, line.date,
                   COALESCE(contact.commercial_partner_id, contact.id) AS partner_id,
                   %(due)s AS due_date, %(day)s - %(due)s AS days_overdue,
                   %(bucket)s AS bucket,
                   line.balance AS amount,
                   line.amount_residual + line.later_amount AS residual,
                   line.amount_residual_currency + line.later_amount_currency AS residual_currency
              FROM (%(candidates)s) line
              JOIN account_account account ON account.id = line.account_id
         LEFT JOIN res_partner contact ON contact.id = line.partner_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.date <= %(day)s
               AND line.amount_residual + line.later_amount <> 0
               AND %(scope)s
               AND %(customers)s
            """,
            later=self._later_matchings_sql(day),
            due=DUE,
            bucket=self._bucket_sql(SQL("%s - %s", day, DUE)),
            # Two ways in, each with its own index; a join of the whole journal with its
            # open part would read the whole journal.
            candidates=SQL(
                """
                SELECT item.*, COALESCE(later.amount, 0) AS later_amount,
                       COALESCE(later.amount_currency, 0) AS later_amount_currency
                  FROM account_move_line item LEFT JOIN later ON later.line_id = item.id
                 WHERE item.reconciled IS NOT TRUE
             UNION ALL
                SELECT item.*, later.amount, later.amount_currency
                  FROM later JOIN account_move_line item ON item.id = later.line_id
                 WHERE item.reconciled IS TRUE
                """
            ),
            day=day,
            scope=scope,
            customers=customers,
        )

    def _later_matchings_sql(self, day):
        """What was matched after ``day`` per journal item: to be added to what is open now."""
        return SQL(
            """
            SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
              FROM (SELECT debit_move_id AS line_id, amount,
                           debit_amount_currency AS amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                 UNION ALL
                    SELECT credit_move_id, -amount, -credit_amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s) matching
          GROUP BY line_id
            """,
            day=day,
        )

    def _bucket_sql(self, days):
        cases = [
            SQL("WHEN %s <= %s THEN %s", days, bucket.last_day, bucket.key)
            for bucket in BUCKETS
            if bucket.last_day is not None
        ]
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), BUCKETS[-1].key)
