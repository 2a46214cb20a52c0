from odoo import fields, models
from odoo.tools import SQL

BUCKETS = [
    ("1", "Up to 30 days"),
    ("2", "31 to 60 days"),
    ("3", "61 to 90 days"),
    ("4", "91 to 180 days"),
    ("5", "Over 180 days"),
]
KINDS = [("payment", "Payments"), ("credit_note", "Credit notes"), ("other", "Other entries")]
READ_FIELDS = {
    "account.move.line": (
        *("account_id", "amount_residual", "amount_residual_currency", "company_id"),
        *("currency_id", "date", "move_id", "parent_state", "partner_id", "payment_id"),
        *("reconciled", "statement_line_id"),
    ),
    "account.move": ("move_type",),
    "account.account": ("account_type",),
    "res.partner": ("commercial_partner_id",),
    "res.company": ("currency_id",),
}


class ArUnappliedCash(models.Model):
    """How long customers' credit has been open: money and credit notes that nothing has taken."""

    _name = "ar.unapplied.cash"
    _description = "Ageing of open credit"
    _auto = False
    _rec_name = "item_id"
    _order = "date, id"
    _depends = {model: list(names) for model, names in READ_FIELDS.items()}

    item_id = fields.Many2one("account.move.line", "Credit", readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    bucket = fields.Selection(BUCKETS, "Age", readonly=True)
    age_days = fields.Integer("Days", readonly=True, aggregator="avg")
    amount = fields.Monetary(
        "In company currency", currency_field="company_currency_id", readonly=True
    )
    amount_currency = fields.Monetary("Open credit", readonly=True, aggregator=None)

    # === ACTION METHODS ===#

    def action_request_refund(self):
        """Ask for the chosen credits to be paid back."""
        return self.item_id.action_ar_request_refund()

    # === QUERY ===#

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT credit.*, CASE WHEN age_days <= 30 THEN '1' WHEN age_days <= 60 THEN '2'
                   WHEN age_days <= 90 THEN '3' WHEN age_days <= 180 THEN '4' ELSE '5' END
                   AS bucket
              FROM (SELECT item.id, item.id AS item_id, item.move_id, item.company_id,
                           contact.commercial_partner_id AS partner_id, item.currency_id,
                           company.currency_id AS company_currency_id, item.date,
                           %(today)s - item.date AS age_days, -item.amount_residual AS amount,
                           -item.amount_residual_currency AS amount_currency,
                           CASE WHEN entry.move_type = 'out_refund' THEN 'credit_note'
                                WHEN item.statement_line_id IS NOT NULL
                                  OR item.payment_id IS NOT NULL THEN 'payment'
                                ELSE 'other' END AS kind
                      FROM account_move_line item
                      JOIN account_move entry ON entry.id = item.move_id
                      JOIN account_account account ON account.id = item.account_id
                       AND account.account_type = 'asset_receivable'
                      JOIN res_company company ON company.id = item.company_id
                 LEFT JOIN res_partner contact ON contact.id = item.partner_id
                     WHERE item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
                       AND item.amount_residual_currency < 0) credit
            """,
            today=fields.Date.context_today(self),
        )
