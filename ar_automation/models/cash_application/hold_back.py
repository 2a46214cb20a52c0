"""What the engine is sure of and is not booked unattended all the same.

The engine knows payments and items. It does not know that the books are locked, that a person
took back a match of this payment before, or that somebody else is at work on the same items.
Such matches stay proposals and say why.
"""

from dataclasses import replace

from odoo.tools import format_date

from ...engine.matching.facts import Evidence


def hold_back(env, outcomes, objection):
    """Turn matches that must not be booked now into proposals.

    :param outcomes: ``{line id: Decision}`` of lines that are locked, or not stored yet.
    :param objection: function that returns, for a line's id, the :class:`Evidence` that speaks
        against touching its entry, None if nothing does.
    :return: the same, with what is held back proposed.
    """
    sure = {key: found for key, found in outcomes.items() if found.verdict == "matched"}
    items = _lock_items(env, sure)
    reasons = {}
    for line_id in sure:
        facts = objection(line_id)
        if not facts and not outcomes[line_id].proposals[0].item_ids <= items:
            facts = Evidence.of("busy", favourable=False)
        if facts:
            reasons[line_id] = facts
    return outcomes | {
        line_id: _propose(outcomes[line_id], reason) for line_id, reason in reasons.items()
    }


def _propose(decision, reason):
    first, *others = decision.proposals
    first = replace(first, book=False, evidence=(*first.evidence, reason))
    return replace(decision, verdict="proposed", proposals=(first, *others))


def _lock_items(env, sure):
    """Lock the items that would be settled, and return the ids of those that are ours now."""
    wanted = {item_id for decision in sure.values() for item_id in decision.proposals[0].item_ids}
    if not wanted:
        return frozenset()
    items = env["account.move.line"].browse(sorted(wanted))
    return frozenset(items.try_lock_for_update(allow_referencing=True).ids)


def object_to(line, locks):
    """Return what speaks against touching the line's entry; ``locks`` remembers what was asked."""
    if line.ar_undo_count:
        return Evidence.of("undone_before", favourable=False)
    if not line._seek_for_lines()[1]:
        return Evidence.of("suspense_missing", favourable=False)
    return object_to_day(line.company_id, line.date, locks)


def object_to_day(company, day, locks):
    """Return what speaks against an entry of that day; ``locks`` remembers what was asked."""
    if day not in locks:
        violated = company._get_lock_date_violations(
            day, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        locks[day] = max((date for date, _name in violated), default=None)
    if locks[day]:
        until = format_date(company.env, locks[day])
        return Evidence.of("period_locked", favourable=False, date=until)
    return None


def report_suspense(company, lines, outcomes):
    """Put each bank journal whose suspense account is at fault into the inbox, once.

    Without the account Odoo takes every payment of the journal for matched, and a changed one
    leaves payments behind that nobody could book.
    """
    inbox = company.env["ar.exception"]
    stuck = lines.browse(key for key, decision in outcomes.items() if _is_stuck(decision))
    journals = (
        company.env["account.journal"]
        .sudo()
        .search([("type", "in", ("bank", "cash", "credit")), ("company_id", "=", company.id)])
    )
    broken = journals.filtered(lambda journal: not journal.suspense_account_id)
    broken |= stuck.journal_id
    for journal in broken:
        inbox.ar_report(
            company,
            journal,
            "cash.suspense_account",
            company.env._(
                "Payments of %s cannot be matched: its suspense account is missing or was changed.",
                journal.display_name,
            ),
            hint=company.env._(
                "Set the journal's suspense account back to the one that its payments were "
                "booked on."
            ),
        )
    inbox.ar_resolve_for(journals - broken, company=company)


def _is_stuck(decision):
    first = decision.proposals[:1]
    return bool(first) and any(fact.code == "suspense_missing" for fact in first[0].evidence)
