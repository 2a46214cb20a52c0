"""Writes what a bank told and what is no line: announced transactions, and held-back ones."""

from .statement_lines import describe


def write_notes(feed, sync, plan):
    """Write the notes of a page's plan and delete those that vanished.

    :return: the ids of the notes that the page told of.
    """
    notes = feed.env["ar.bank.pending"]
    vanished = notes.browse(plan.vanished).exists()
    feed.env["ar.exception"].ar_resolve_for(vanished)
    vanished.unlink()
    ids = []
    fresh = []
    for kind, pairs in (("announced", plan.announced), ("held", plan.held)):
        for line, note_id in pairs:
            vals = _prepare_vals(feed, sync, kind, line)
            if note_id:
                notes.browse(note_id).write(vals)
                ids.append(note_id)
            else:
                fresh.append(vals)
    created = notes.create(fresh)
    for note in created.filtered(lambda note: note.kind == "held"):
        _report_held(feed, note)
    return ids + created.ids


def _prepare_vals(feed, sync, kind, line):
    transaction = line.transaction
    reason = False
    if kind == "held":
        reason = feed.env._(
            "The bank booked it on %(day)s, a day that is locked in the books of %(company)s.",
            day=transaction.booking_date,
            company=feed.company_id.name,
        )
    return {
        "feed_id": feed.id,
        "kind": kind,
        "provider_id": line.provider_id,
        "date": transaction.booking_date,
        "amount": float(transaction.amount),
        "partner_name": transaction.counterparty.name,
        "account_number": transaction.counterparty.account,
        "payment_ref": describe(transaction),
        "end_to_end_id": transaction.identifiers.end_to_end_id,
        "bank_reference": transaction.bank_reference or transaction.entry_reference,
        "reason": reason,
        "fetch_id": sync.id,
    }


def _report_held(feed, note):
    feed.env["ar.exception"].ar_report(
        feed.company_id,
        note,
        "feed.locked_day",
        feed.env._(
            "%(journal)s: %(amount)s of %(name)s was not booked. %(reason)s",
            journal=feed.journal_id.display_name,
            amount=feed.currency_id.format(note.amount),
            name=note.partner_name or note.payment_ref,
            reason=note.reason,
        ),
        hint=feed.env._(
            "Open the period, then fetch again from that day with Replay from date; or book the "
            "transaction in an open period by hand and resolve this."
        ),
    )
