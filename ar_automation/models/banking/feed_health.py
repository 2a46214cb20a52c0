"""Figures of feeds for their screens, one query for all."""

from odoo import fields
from odoo.tools import SQL


def read_line_figures(feeds):
    """Return ``{feed id: (date of the newest line, lines that came today, announced)}``."""
    env = feeds.env
    ids = tuple(feeds.ids)
    if not ids:
        return {}
    env["account.bank.statement.line"].flush_model(["journal_id", "move_id"])
    env["account.move"].flush_model(["date"])
    env["ar.bank.pending"].flush_model(["feed_id", "kind"])
    env["ar.bank.feed"].flush_model(["journal_id"])
    rows = env.execute_query(
        SQL(
            """SELECT f.id, newest.day, today.count, announced.count
                 FROM ar_bank_feed f
            LEFT JOIN LATERAL (
                      SELECT max(m.date) AS day FROM account_move m
                       WHERE m.journal_id = f.journal_id AND m.state = 'posted'
                         AND m.statement_line_id IS NOT NULL) newest ON true
            LEFT JOIN LATERAL (
                      SELECT count(*) FROM account_bank_statement_line l
                       WHERE l.journal_id = f.journal_id AND l.create_date >= %s) today ON true
            LEFT JOIN LATERAL (
                      SELECT count(*) FROM ar_bank_pending p
                       WHERE p.feed_id = f.id AND p.kind = 'announced') announced ON true
                WHERE f.id IN %s""",
            fields.Date.context_today(feeds),
            ids,
        )
    )
    return {row[0]: row[1:] for row in rows}
