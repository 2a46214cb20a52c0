"""What the engine is sure of and is not booked unattended all the same.

The engine knows payments and items. It does not know that the books are locked, that a person
took back a match of this payment before, or that somebody else is at work on the same items.
Such matches stay proposals and say why.
"""

from dataclasses import replace

from odoo.tools import format_date

from ...engine.matching.facts import Evidence


def hold_back(lines, outcomes):
    """Turn matches that must not be booked now into proposals.

    :param lines: statement lines of one company, locked.
    :param outcomes: ``{line id: Decision}``
    :return: the same, with what is held back proposed.
    """
    sure = {key: found for key, found in outcomes.items() if found.verdict == "matched"}
    locks = {}
    items = _lock_items(lines.env, sure)
    reasons = {}
    for line in lines.browse(sure):
        facts = _object_to(line, locks)
        if not facts and not outcomes[line.id].proposals[0].item_ids <= items:
            facts = Evidence.of("busy", favourable=False)
        if facts:
            reasons[line.id] = facts
    return outcomes | {
        line_id: _propose(outcomes[line_id], reason) for line_id, reason in reasons.items()
    }


def _propose(decision, reason):
    first, *others = decision.proposals
    first = replace(first, book=False, evidence=(*first.evidence, reason))
    return replace(decision, verdict="proposed", proposals=(first, *others))


def _lock_items(env, sure):
    """Lock the items that would be settled, and return the ids of those that are ours now."""
    wanted = {
        item_id for decision in sure.values() for item_id in decision.proposals[0].item_ids
    }
    if not wanted:
        return frozenset()
    items = env["account.move.line"].browse(sorted(wanted))
    return frozenset(items.try_lock_for_update(allow_referencing=True).ids)


def _object_to(line, locks):
    """What speaks against touching the line's entry; ``locks`` remembers what was asked."""
    if line.ar_undo_count:
        return Evidence.of("undone_before", favourable=False)
    if not line._seek_for_lines()[1]:
        return Evidence.of("suspense_missing", favourable=False)
    if line.date not in locks:
        violated = line.company_id._get_lock_date_violations(
            line.date, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        locks[line.date] = max((date for date, _name in violated), default=None)
    if locks[line.date]:
        until = format_date(line.env, locks[line.date])
        return Evidence.of("period_locked", favourable=False, date=until)
    return None


def report_held_back(lines, outcomes):
    """Put each cause that only a person can mend into the inbox, once, not once per payment."""
    inbox = lines.env["ar.exception"]
    stuck = lines.browse(
        line_id
        for line_id, decision in outcomes.items()
        if decision.proposals and _is_stuck(decision)
    )
    for journal, own in stuck.grouped("journal_id").items():
        inbox.ar_report(
            journal.company_id,
            journal,
            "cash.suspense_account",
            lines.env._(
                "%(count)s payments of %(journal)s are not on its suspense account and cannot be "
                "matched.",
                count=len(own),
                journal=journal.display_name,
            ),
            hint=lines.env._(
                "Set the journal's suspense account back to the one that the payments were "
                "booked on, or reset those payments."
            ),
        )
    inbox.ar_resolve_for((lines - stuck).journal_id - stuck.journal_id)


def _is_stuck(decision):
    return any(fact.code == "suspense_missing" for fact in decision.proposals[0].evidence)
