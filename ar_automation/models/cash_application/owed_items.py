"""Reads what money that went out may have paid back, in one statement."""

from odoo.tools import SQL

from ...engine.matching.facts import OpenItem
from ...engine.matching.outgoing import Owed
from .line_facts import exact
from .open_items import collect_keys


def read_owed(company, payments):
    """Read what we owe in exactly one of the amounts that went out.

    That are customers' credit notes and overpayments, payments to customers that were
    registered and wait on an outstanding account, and what vendors are owed.

    :param payments: list of ``Payment`` with negative amounts.
    :return: :class:`Owed`
    """
    company.env["account.move.line"].flush_model()
    rows = company.env.execute_query(
        SQL(
            """SELECT l.id, m.name, m.payment_reference, m.ref, p.memo, p.payment_reference,
                      r.commercial_partner_id, l.amount_residual_currency::text, c.name,
                      c.decimal_places, l.account_id, COALESCE(l.date_maturity, l.date), l.move_id,
                      CASE WHEN a.account_type = 'asset_receivable' THEN 'credit'
                           WHEN p.partner_type = 'customer' THEN 'waiting' ELSE 'foreign' END
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a ON a.id = l.account_id
                 JOIN res_currency c ON c.id = l.currency_id
                 JOIN res_partner r ON r.id = l.partner_id
            LEFT JOIN account_payment p ON p.id = l.payment_id
                WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                  AND l.company_id IN %(companies)s
                  AND l.amount_residual_currency = ANY(%(amounts)s::numeric[])
                  AND (a.account_type = 'asset_receivable' AND l.payment_id IS NULL
                    OR a.account_type = 'liability_payable'
                    OR l.account_id = p.outstanding_account_id AND a.reconcile
                   AND p.payment_type = 'outbound')
             ORDER BY l.id""",
            companies=tuple(company._accessible_branches().ids or company.ids),
            amounts=sorted({payment.amount for payment in payments}),
        )
    )
    ids = {kind: frozenset(row[0] for row in rows if row[-1] == kind) for kind in _KINDS}
    return Owed([_owed_item(row) for row in rows], *(ids[kind] for kind in _KINDS))


_KINDS = ("waiting", "foreign")
_LABELS = ("invoice number", "payment reference", "customer reference", "payment")


def _owed_item(row):
    (item_id, name, payment_reference, ref, memo, advice, customer, residual, currency, decimals,
     account, due, move, _kind) = row  # fmt: skip
    numbers = zip((name, payment_reference, ref, memo, advice), (*_LABELS, _LABELS[1]), strict=True)
    return OpenItem(
        item_id,
        name,
        customer,
        exact(residual, decimals),
        currency,
        account,
        tuple(collect_keys(numbers).items()),
        due,
        document_id=move,
    )
