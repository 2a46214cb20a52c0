"""Reads what is known of a journal for one page: a fixed number of queries, whatever the page."""

from decimal import Decimal

from odoo.tools import SQL

from ...banking.feed.facts import (
    Description,
    JournalFacts,
    KnownLine,
    KnownNote,
)


def bump_journal(journal):
    """Take the journal for this transaction, and make waiting ones start over.

    A lock alone would let a waiter go on with the view of the books that it had before it waited;
    it would not see what was stored meanwhile. A changed row makes the database refuse it.
    """
    journal.env.cr.execute(
        SQL(
            "UPDATE account_journal SET ar_feed_serial = COALESCE(ar_feed_serial, 0) + 1"
            " WHERE id = %s",
            journal.id,
        ),
        log_exceptions=False,
    )
    journal.invalidate_recordset(["ar_feed_serial"], flush=False)


def read_facts(feed, page):
    """Return what matters for a page: lines of its days or names, notes, locked days."""
    booked = [line for line in page.lines if line.transaction.status == "booked"]
    days = {line.transaction.booking_date for line in booked}
    names = {line.provider_id for line in booked} | set(page.removed_ids)
    rows = _read_lines(feed, days, names - {""})
    locked = read_locked_days(feed.journal_id, days | {row[1] for row in rows})
    return JournalFacts(
        lines=tuple(_as_line(row, locked) for row in rows),
        notes=_read_notes(feed),
        locked_days=frozenset(locked),
    )


def read_locked_days(journal, days):
    """Return those of ``days`` on which the books are closed for the journal."""
    company = journal.company_id
    # Locks close all that is before a day: if the first is open, all are.
    if not days or not company._get_violated_lock_dates(min(days), False, journal):
        return set()
    return {day for day in days if company._get_violated_lock_dates(day, False, journal)}


def _read_lines(feed, days, names):
    env = feed.env
    env["account.bank.statement.line"].flush_model()
    env["account.move"].flush_model(["date", "state", "inalterable_hash"])
    return env.execute_query(
        SQL(
            """SELECT l.id, m.date, l.amount, l.account_number, l.partner_name,
                      l.ar_end_to_end_id, l.ar_bank_reference, l.payment_ref,
                      CASE WHEN l.ar_feed_id = %(feed)s THEN l.ar_provider_id END,
                      CASE WHEN l.ar_feed_id = %(feed)s THEN l.ar_feed_fingerprint END,
                      l.is_reconciled OR m.inalterable_hash IS NOT NULL,
                      l.ar_transaction_key IS NOT NULL
                 FROM account_bank_statement_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.journal_id = %(journal)s
                  AND m.state <> 'cancel'
                  AND (m.date IN %(days)s
                       OR l.ar_feed_id = %(feed)s AND l.ar_provider_id IN %(names)s)
             ORDER BY l.id""",
            feed=feed.id,
            journal=feed.journal_id.id,
            days=tuple(days) or (None,),
            names=tuple(names) or (None,),
        )
    )


def _as_line(row, locked):
    line_id, day, amount, account, name, end_to_end, reference, text, *rest = row
    provider_id, fingerprint, is_settled, is_attested = rest
    return KnownLine(
        line_id=line_id,
        description=Description(
            day=day,
            amount=_exact(amount),
            account=account or "",
            name=name or "",
            end_to_end_id=end_to_end or "",
            bank_reference=reference or "",
            text=text or "",
        ),
        provider_id=provider_id or "",
        fingerprint=fingerprint or "",
        is_settled=bool(is_settled or day in locked),
        is_attested=is_attested,
    )


def _exact(amount):
    """Return an amount of the database as it is written there.

    The driver hands numeric columns out as floats, which equal no bank's 19.99.
    """
    return Decimal(str(amount))


def _read_notes(feed):
    env = feed.env
    env["ar.bank.pending"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT id, kind, date, amount, account_number, partner_name, end_to_end_id,
                      bank_reference, payment_ref, provider_id
                 FROM ar_bank_pending WHERE feed_id = %s ORDER BY id""",
            feed.id,
        )
    )
    return tuple(
        KnownNote(
            row[0],
            row[1],
            Description(row[2], _exact(row[3]), *(text or "" for text in row[4:9])),
            row[9] or "",
        )
        for row in rows
    )
