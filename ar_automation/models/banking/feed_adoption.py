"""Recognises in a file what a feed told before: one payment, one line, whoever told it first."""

from odoo.tools import SQL

from ...banking.feed.facts import Description, describe
from ...banking.feed.likeness import pair_off


def unadopted_days(journal):
    """Return the days of which a feed told transactions that no file has told yet."""
    env = journal.env
    env["account.bank.statement.line"].flush_model()
    env["account.move"].flush_model(["date", "state"])
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT m.date
                 FROM account_bank_statement_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.journal_id = %s AND l.ar_feed_id IS NOT NULL
                  AND l.ar_transaction_key IS NULL AND m.state <> 'cancel'""",
            journal.id,
        )
    )
    return {day for (day,) in rows}


def adopt_feed_lines(journal, items):
    """Give lines that a feed created the keys by which a file knows the same transactions.

    A line of a file has a key already and stays that file's own; only lines without one are looked
    at. Each is adopted once, the likest first.

    :param items: ``[(transaction, key)]`` of the file that no line's key matches.
    :return: the keys that found a line.
    """
    if not items:
        return set()
    env = journal.env
    lines = env["account.bank.statement.line"]
    lines.flush_model()
    env["account.move"].flush_model(["date", "state"])
    rows = env.execute_query(
        SQL(
            """SELECT l.id, m.date, l.amount, l.account_number, l.partner_name,
                      l.ar_end_to_end_id, l.ar_bank_reference, l.payment_ref
                 FROM account_bank_statement_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.journal_id = %s AND l.ar_feed_id IS NOT NULL
                  AND l.ar_transaction_key IS NULL AND m.state <> 'cancel' AND m.date IN %s
             ORDER BY l.id""",
            journal.id,
            tuple({transaction.booking_date for transaction, _key in items}),
        )
    )
    if not rows:
        return set()
    known = [Description(*row[1:3], *(text or "" for text in row[3:])) for row in rows]
    pairs = pair_off([describe(transaction) for transaction, _key in items], known)
    adopted = {rows[place][0]: items[index][1] for index, place in pairs.items()}
    if adopted:
        _store_keys(env, adopted)
    return set(adopted.values())


def _store_keys(env, adopted):
    values = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in adopted.items())
    env.cr.execute(
        SQL(
            """UPDATE account_bank_statement_line l SET ar_transaction_key = v.key
                 FROM (VALUES %s) AS v (id, key) WHERE l.id = v.id""",
            values,
        )
    )
    env["account.bank.statement.line"].invalidate_model(["ar_transaction_key"], flush=False)
