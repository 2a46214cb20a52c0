from odoo import fields, models
from odoo.tools import SQL

from .booking_ways import BOOKED_BY

WAYS = [*BOOKED_BY, ("open", "Not applied yet")]
LEVELS = [("payment", "Payments"), ("item", "Settled items")]
# what the statement below reads
READ_FIELDS = {
    "account.bank.statement.line": (
        *("amount", "company_id", "create_date", "currency_id", "is_reconciled", "journal_id"),
        *("ar_booked_at", "ar_booked_by", "ar_booked_rule_id", "ar_unattended_undo_count"),
        *("move_id", "partner_id"),
    ),
    "account.move": ("date", "state", "move_type"),
    "account.move.line": ("account_id", "balance", "move_id"),
    "account.partial.reconcile": ("amount", "credit_move_id", "debit_move_id"),
    "account.journal": ("default_account_id",),
    "account.account": ("account_type",),
    "res.partner": ("commercial_partner_id",),
}


class ArMatchReport(models.Model):
    """How customer payments were applied: without a person, by agreeing, or by hand.

    There is one row per payment (level *payment*), and one per invoice or credit note that a
    payment settled wholly or in part (level *item*): a payment of forty invoices counts once
    there and forty times here. Shares are averages over the rows that they are about.
    """

    _name = "ar.match.report"
    _description = "Match rate"
    _auto = False
    _rec_name = "statement_line_id"
    _order = "date desc, id"
    _depends = {model: list(names) for model, names in READ_FIELDS.items()}

    level = fields.Selection(LEVELS, "Counted", readonly=True)
    statement_line_id = fields.Many2one("account.bank.statement.line", "Payment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    rule_id = fields.Many2one("account.reconcile.model", readonly=True)
    date = fields.Date(readonly=True, help="Day on which the bank booked the payment.")
    booked_at = fields.Datetime("Applied on", readonly=True)
    booked_by = fields.Selection(WAYS, "Applied", readonly=True)
    amount = fields.Monetary(readonly=True, help="In the company's currency.")
    auto_share = fields.Float(
        "Booked by itself", readonly=True, aggregator="avg",
        help="Share of all rows that was booked without a person, and is booked still.",
    )  # fmt: skip
    accepted_share = fields.Float(
        "Proposal accepted", readonly=True, aggregator="avg",
        help="Share of all rows where a person agreed to what was proposed.",
    )  # fmt: skip
    hand_share = fields.Float(
        "By hand", readonly=True, aggregator="avg",
        help="Share of all rows where a person chose what the payment settles.",
    )  # fmt: skip
    open_share = fields.Float(
        "Still open", readonly=True, aggregator="avg", help="Share of all rows not applied yet."
    )
    wrong_share = fields.Float(
        "Wrong matches", readonly=True, aggregator="avg",
        help="Of what was ever booked without a person, the share that a person took back.",
    )  # fmt: skip
    undone_count = fields.Integer(
        "Unattended matches undone", readonly=True,
        help="How often a match that was booked without a person was taken back.",
    )  # fmt: skip
    hours_to_apply = fields.Float(
        "Hours to apply", readonly=True, aggregator="avg",
        help="From the import of the payment to its match.",
    )  # fmt: skip

    # === ACTION METHODS ===#

    def action_open_payment(self):
        """Open the payment behind the row."""
        self.ensure_one()
        return self.statement_line_id.action_ar_open_payment()

    # === QUERY ===#

    @property
    def _table_query(self):
        return SQL(
            """
            WITH payment AS (%(payments)s)
            SELECT id * 2 AS id, 'payment' AS level, amount, undone_count, %(shown)s FROM payment
             UNION ALL
            SELECT partial.id * 2 + 1, 'item', partial.amount,
                   CASE WHEN undone_count > 0 THEN 1 ELSE 0 END, %(shown)s
              FROM payment
              JOIN account_move_line item ON item.move_id = payment.move_id
              JOIN account_account account ON account.id = item.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_partial_reconcile partial
                ON item.id IN (partial.debit_move_id, partial.credit_move_id)
              JOIN account_move_line settled
                ON settled.id = partial.debit_move_id + partial.credit_move_id - item.id
              JOIN account_move document ON document.id = settled.move_id
               AND document.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            payments=self._payments_sql(),
            shown=self._shown_sql(),
        )

    def _payments_sql(self):
        return SQL(
            """
            SELECT line.id, line.move_id, line.company_id, line.journal_id, entry.date,
                   company.currency_id, COALESCE(contact.commercial_partner_id, contact.id)
                   AS partner_id, line.ar_booked_rule_id AS rule_id,
                   line.ar_booked_at AS booked_at, line.create_date,
                   COALESCE(line.ar_unattended_undo_count, 0) AS undone_count,
                   CASE WHEN line.is_reconciled IS NOT TRUE THEN 'open'
                        ELSE COALESCE(line.ar_booked_by, 'hand') END AS booked_by,
                   (SELECT SUM(cash.balance) FROM account_move_line cash
                     WHERE cash.move_id = line.move_id
                       AND cash.account_id = journal.default_account_id) AS amount
              FROM account_bank_statement_line line
              JOIN account_move entry ON entry.id = line.move_id AND entry.state = 'posted'
              JOIN account_journal journal ON journal.id = line.journal_id
              JOIN res_company company ON company.id = line.company_id
         LEFT JOIN res_partner contact ON contact.id = line.partner_id
             WHERE line.amount > 0
            """
        )

    def _shown_sql(self):
        return SQL(
            """
            payment.id AS statement_line_id, payment.company_id, payment.currency_id,
            payment.journal_id, payment.partner_id, payment.rule_id, payment.date,
            payment.booked_at, payment.booked_by,
            (booked_by IN ('auto', 'rule'))::int::float AS auto_share,
            (booked_by = 'accepted')::int::float AS accepted_share,
            (booked_by = 'hand')::int::float AS hand_share,
            (booked_by = 'open')::int::float AS open_share,
            CASE WHEN undone_count > 0 THEN 1.0
                 WHEN booked_by IN ('auto', 'rule') THEN 0.0 END AS wrong_share,
            EXTRACT(EPOCH FROM payment.booked_at - payment.create_date) / 3600
            AS hours_to_apply
            """
        )
