"""What settled receivable items, as SQL that other statements put beside an item."""

from odoo.tools import SQL

# What the statements read, and therefore must be in the database first.
READ_FIELDS = {
    "account.move.line": [
        "amount_currency", "balance", "parent_state", "move_id", "reconciled", "amount_residual",
        "amount_residual_currency", "currency_id", "company_id", "partner_id",
    ],
    "account.move": ["move_type", "statement_line_id", "origin_payment_id"],
    "account.partial.reconcile": [
        "debit_move_id", "credit_move_id", "amount", "debit_amount_currency", "max_date",
    ],
}  # fmt: skip


def flush_settlements(env):
    """Bring what :func:`settlement_of` reads to the database."""
    for model, names in READ_FIELDS.items():
        env[model].flush_model(names)


def settlement_of(until):
    """What settled the receivable item ``l``, to be joined laterally.

    Gives ``own`` and ``company`` (everything, in the item's and the company's currency) and of
    it ``own_credited`` and ``company_credited``: what was no money, that is credit notes and
    entries like write-offs.

    :param SQL until: last day of the settlements that count.
    """
    no_money = SQL(
        "(m.move_type <> 'entry' OR m.statement_line_id IS NULL AND m.origin_payment_id IS NULL)"
    )
    return SQL(
        """SELECT COALESCE(SUM(r.debit_amount_currency), 0) AS own,
                  COALESCE(SUM(r.amount), 0) AS company,
                  COALESCE(SUM(r.debit_amount_currency) FILTER (WHERE %(no_money)s), 0)
                      AS own_credited,
                  COALESCE(SUM(r.amount) FILTER (WHERE %(no_money)s), 0) AS company_credited
             FROM account_partial_reconcile r
             JOIN account_move_line k ON k.id = r.credit_move_id
             JOIN account_move m ON m.id = k.move_id
            WHERE r.debit_move_id = l.id AND r.max_date <= %(until)s""",
        no_money=no_money,
        until=until,
    )
