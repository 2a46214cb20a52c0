"""Reads what waits at payment providers, and what they kept before: two statements at most."""

from collections import defaultdict

from odoo.tools import SQL

from ...engine.matching.facts import Decision, OpenItem
from ...engine.matching.payout import find_payouts
from ...engine.matching.payout_reading import Kept, Online, Provider
from ...engine.matching.text import normalise_key
from .line_facts import exact

# Code of providers whose customers pay to our own bank account: nobody pays out.
BY_TRANSFER = "custom"
# Codes that are no names.
NAMELESS = ("none", "demo")
# Fees change; only so many of a provider's last payouts tell what it keeps.
LAST_PAYOUTS = 12


def read_payouts(company, payments, policy):
    """Read payments as payouts of payment providers.

    Where no payment waits at a provider, that is one statement that PostgreSQL need not execute
    further than to see that there is none.

    :param payments: list of ``Payment``; where customers got back more than they paid, money out.
    :param policy: the engine's ``Policy``.
    :return: ``{payment id: proposals, best first}``
    """
    rows = _read_outstanding(company)
    if not rows:
        return {}
    outstanding = [_online(row) for row in rows]
    providers = _read_providers(company, {one.provider_id for one in outstanding})
    return find_payouts(payments, outstanding, providers, policy)


def settle_payouts(payouts, payments, items):
    """Take the payouts that are sure out of what is left to decide.

    :param payouts: as :func:`read_payouts` returns them.
    :param payments: lists of ``Payment``, as what came in and what went out.
    :return: ``(decisions, lists of payments left, items left)``
    """
    sure = {key: found for key, found in payouts.items() if found[0].book}
    if not sure:
        return [], payments, items
    taken = frozenset().union(*(found[0].item_ids for found in sure.values()))
    decisions = [
        Decision(payment, "matched", sure[payment.payment_id][:1])
        for some in payments
        for payment in some
        if payment.payment_id in sure
    ]
    return (
        decisions,
        [[payment for payment in some if payment.payment_id not in sure] for some in payments],
        [item for item in items if item.item_id not in taken],
    )


def _read_outstanding(company):
    """Read inbound payments and refunds through providers that no bank line has settled yet."""
    for model in ("account.payment", "account.move.line", "payment.transaction"):
        company.env[model].flush_model()
    return company.env.execute_query(
        SQL(
            """SELECT l.id, m.name, r.commercial_partner_id, l.amount_residual_currency::text,
                      c.name, c.decimal_places, l.account_id, l.date, l.move_id, v.id,
                      ARRAY[m.name, p.memo, p.payment_reference, t.reference,
                            t.provider_reference]
                      || ARRAY(SELECT i.name FROM account_move__account_payment x
                                 JOIN account_move i ON i.id = x.invoice_id
                                WHERE x.payment_id = p.id)
                 FROM account_payment p
            LEFT JOIN payment_transaction t ON t.id = p.payment_transaction_id
            LEFT JOIN account_payment_method_line w ON w.id = p.payment_method_line_id
                 JOIN payment_provider v
                   ON v.id = COALESCE(t.provider_id, w.payment_provider_id)
                  AND v.code <> %(transfer)s
                 JOIN account_move_line l
                   ON l.payment_id = p.id AND l.account_id = p.outstanding_account_id
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a ON a.id = l.account_id AND a.reconcile
                 JOIN res_currency c ON c.id = l.currency_id
            LEFT JOIN res_partner r ON r.id = l.partner_id
                WHERE (EXISTS (SELECT FROM account_payment_method_line
                                WHERE payment_provider_id IS NOT NULL)
                    OR EXISTS (SELECT FROM payment_transaction))
                  AND p.is_matched IS NOT TRUE AND p.partner_type = 'customer'
                  AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                  AND l.company_id IN %(companies)s AND l.statement_line_id IS NULL
                  AND l.amount_residual_currency <> 0
             ORDER BY l.date, l.id""",
            transfer=BY_TRANSFER,
            companies=tuple(company._accessible_branches().ids or company.ids),
        )
    )


def _online(row):
    (item_id, name, customer, residual, currency, decimals, account, day, move, provider,
     numbers) = row  # fmt: skip
    keys = {normalise_key(number): "payment" for number in numbers if number}
    item = OpenItem(
        item_id,
        name,
        customer or 0,
        exact(residual, decimals),
        currency,
        account,
        tuple((key, label) for key, label in keys.items() if key),
        day,
        document_id=move,
    )
    return Online(item, provider, day)


def _read_providers(company, provider_ids):
    """Read providers with what their last payouts kept, and the accounts that those came from."""
    company.env["payment.provider"].flush_model()
    company.env["ar.match.proposal"].flush_model()
    company.env["account.bank.statement.line"].flush_model()
    rows = company.env.execute_query(
        SQL(
            """SELECT v.id, COALESCE(v.name ->> %(lang)s, v.name ->> 'en_US'), v.name ->> 'en_US',
                      v.code, o.account_number, o.paid, o.total, o.amount
                 FROM payment_provider v
    LEFT JOIN LATERAL (SELECT l.account_number, s.total::text AS total,
                              -- of an exchanged payout nobody knows the fee
                              CASE WHEN k.action IS DISTINCT FROM 'currency_difference'
                                   THEN s.paid::text END AS paid,
                              (CASE WHEN l.foreign_currency_id IS NULL THEN l.amount
                                    ELSE l.amount_currency END)::text AS amount
                         FROM ar_match_proposal k
                         JOIN account_bank_statement_line l ON l.id = k.statement_line_id
                   CROSS JOIN LATERAL (SELECT SUM(value::numeric) AS total,
                                              SUM(GREATEST(value::numeric, 0)) AS paid
                                         FROM jsonb_each_text(k.allocation)) s
                        WHERE k.payout_provider_id = v.id AND k.state = 'applied'
                          AND k.company_id = %(company)s
                     ORDER BY k.id DESC LIMIT %(last)s) o ON TRUE
                WHERE v.id = ANY(%(ids)s)
             ORDER BY v.id""",
            lang=company.env.lang or "en_US",
            company=company.id,
            last=LAST_PAYOUTS,
            ids=sorted(provider_ids),
        )
    )
    groups = defaultdict(list)
    for row in rows:
        groups[row[:4]].append(row[4:])
    return [_provider(*about, payouts) for about, payouts in groups.items()]


def _provider(provider_id, name, source, code, payouts):
    kept = [
        # as precise as any currency is
        Kept(exact(total, 6) - exact(amount, 6), exact(paid, 6))
        for _account, paid, total, amount in payouts
        if paid
    ]
    accounts = {account for account, *_amounts in payouts if account}
    names = dict.fromkeys((name, source) if code in NAMELESS else (name, source, code))
    return Provider(provider_id, name, tuple(names), frozenset(accounts), tuple(kept))
