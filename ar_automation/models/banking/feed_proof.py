"""Proves a feed: by the balance that the bank states, and by the days that were asked for."""

from decimal import Decimal

from odoo import fields
from odoo.tools import SQL

from ...banking.feed.coverage import balance_gap, hole_before, remaining_hole


def note_success(feed, request, balance):
    """A fetch ended with its last page: its days are covered, its balance is compared.

    :param FetchRequest request: what was asked.
    :param Balance balance: the newest booked balance that the bank stated, or None.
    """
    vals = {
        "last_success_at": fields.Datetime.now(),
        "error_message": False,
        "error_hint": False,
        **_prepare_coverage(feed, request),
    }
    if balance:
        vals |= _prepare_proof(feed, balance, request.to_date)
    elif not feed.has_opening:
        vals |= _prepare_statement_proof(feed)
    feed.write(vals)
    _report(feed)


def _prepare_coverage(feed, request):
    covered = feed.covered_until or None
    hole = (feed.gap_from_date, feed.gap_to_date) if feed.gap_from_date else None
    # A fetch that goes on at a cursor tells all that happened since, whatever its dates.
    if not request.cursor:
        hole = remaining_hole(hole, request.from_date, request.to_date) or hole_before(
            request.from_date, covered
        )
    return {
        "covered_until": max(filter(None, (covered, request.to_date))),
        "gap_from_date": hole[0] if hole else False,
        "gap_to_date": hole[1] if hole else False,
    }


def _prepare_proof(feed, balance, today):
    day = balance.balance_date or today
    vals = {"bank_balance": float(balance.amount), "bank_balance_date": day}
    if not feed.has_opening:
        vals |= _prepare_opening(feed, balance, day)
    start = vals.get("opening_date") or feed.opening_date or feed.from_date
    opening = Decimal(str(vals.get("opening_balance", feed.opening_balance)))
    lines = sum_lines(feed.journal_id, start, day)
    gap = feed.currency_id.round(float(balance_gap(balance.amount, opening, lines)))
    is_new = "opening_balance" in vals and not vals.pop("is_from_statement", False)
    return vals | {
        "line_balance": float(opening + lines),
        "balance_gap": gap,
        # An opening taken from this very balance proves nothing yet.
        "proof": "unproven" if is_new else "gap" if gap else "proven",
    }


def _prepare_statement_proof(feed):
    """What the newest statement says, where the bank sends statements and no balance apart."""
    statement = feed.env["ar.statement.import"].search(
        [
            ("journal_id", "=", feed.journal_id.id),
            ("state", "in", ("proven", "gap", "unproven")),
            ("date", "!=", False),
        ],
        order="date desc, id desc",
        limit=1,
    )
    if not statement:
        return {}
    gap = statement.balance_gap
    # Doubts without a gap, such as a missing page, are told where the statement is.
    if statement.state != "proven" and feed.currency_id.is_zero(gap):
        return {"proof": "unproven", "balance_gap": 0.0}
    return {
        "proof": statement.state,
        "bank_balance": statement.balance_end,
        "bank_balance_date": statement.date,
        "line_balance": statement.balance_end - gap,
        "balance_gap": gap,
    }


def _prepare_opening(feed, balance, day):
    """Where the balance begins: the last proven statement before, or else the bank's own now."""
    statement = feed.env["ar.statement.import"].search(
        [
            ("journal_id", "=", feed.journal_id.id),
            ("state", "=", "proven"),
            ("date", "!=", False),
            ("date", "<=", day),
        ],
        order="date desc, id desc",
        limit=1,
    )
    if statement:
        return {
            "has_opening": True,
            "is_from_statement": True,
            "opening_balance": statement.balance_end,
            "opening_date": fields.Date.add(statement.date, days=1),
        }
    lines = sum_lines(feed.journal_id, feed.from_date, day)
    return {
        "has_opening": True,
        "opening_balance": float(balance.amount - lines),
        "opening_date": feed.from_date,
    }


def sum_lines(journal, from_date, to_date):
    """Return the sum of a journal's bank lines between two days, both included."""
    env = journal.env
    env["account.bank.statement.line"].flush_model(["amount", "journal_id", "move_id"])
    env["account.move"].flush_model(["date", "state"])
    [(total,)] = env.execute_query(
        SQL(
            """SELECT COALESCE(sum(l.amount), 0)
                 FROM account_bank_statement_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.journal_id = %s AND m.state = 'posted' AND m.date BETWEEN %s AND %s""",
            journal.id,
            from_date,
            to_date,
        )
    )
    return Decimal(str(total))


def _report(feed):
    env = feed.env
    exceptions = env["ar.exception"]
    if feed.proof == "gap":
        exceptions.ar_report(
            feed.company_id,
            feed,
            "feed.does_not_add_up",
            env._(
                "%(journal)s: the bank's balance of %(day)s is %(bank)s, our lines make %(ours)s; "
                "%(gap)s is missing.",
                journal=feed.journal_id.display_name,
                day=feed.bank_balance_date,
                bank=feed.currency_id.format(feed.bank_balance),
                ours=feed.currency_id.format(feed.line_balance),
                gap=feed.currency_id.format(feed.balance_gap),
            ),
            hint=env._(
                "Look for transactions that are held back, entered by hand or deleted; then use "
                "Replay from date. If the opening balance is wrong, correct it on the feed."
            ),
        )
    elif feed.gap_from_date:
        exceptions.ar_report(
            feed.company_id,
            feed,
            "feed.days_missing",
            env._(
                "%(journal)s: the days from %(start)s to %(end)s were never fetched.",
                journal=feed.journal_id.display_name,
                start=feed.gap_from_date,
                end=feed.gap_to_date,
            ),
            hint=env._("Use Replay from date with the first of these days, or import a file."),
        )
    else:
        exceptions.ar_resolve_for(feed)
