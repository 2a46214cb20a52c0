"""Stores one page of a feed in its journal, in the transaction that moves the cursor."""

from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tools import SQL

from ...banking.feed.facts import fingerprint
from ...banking.feed.plan import plan_page
from .feed_documents import import_document
from .feed_facts import bump_journal, read_facts
from .feed_notes import write_notes
from .feed_trouble import report_conflict, trace_removal
from .statement_booking import create_lines
from .statement_lines import prepare_line_vals

# What a changed transaction changes on its line.
CHANGEABLE = (
    "date",
    "amount",
    "payment_ref",
    "partner_name",
    "account_number",
    "narration",
    "transaction_type",
    "transaction_details",
    "ar_bank_reference",
    "ar_end_to_end_id",
)


class NamelessLineError(Exception):
    """A fetch that began at a cursor met a transaction without a name.

    By count it can be told only in a window of whole days; the fetch starts over with one.
    """


class FeedPage:
    """One page on its way into one journal.

    ``accepted`` says of each document, by its reference, whether it was imported.
    """

    def __init__(self, feed, sync, window):
        self.feed = feed
        self.sync = sync
        self.window = window
        self.journal = feed.journal_id
        self.env = feed.env
        self.accepted = {}

    def store(self, page, memory):
        """Apply what the page changes.

        :return: what the next pages of the same fetch must know.
        :raises ConnectorError: ``protocol``, if the page cannot be true; nothing is stored then.
        :raises NamelessLineError: if it cannot be understood without the window it belongs to.
        """
        if not self.window.is_whole and _has_nameless(page):
            raise NamelessLineError
        bump_journal(self.journal)
        facts = read_facts(self.feed, page)
        plan = plan_page(facts, page, self.window, memory)
        created = self._create(plan.new)
        self._link(plan.linked)
        updated = self._update(plan.updated)
        removed = self._remove(plan.removed)
        note_ids = write_notes(self.feed, self.sync, plan)
        for conflict in plan.conflicts:
            report_conflict(self.feed, conflict)
        self._settle_conflicts(plan.conflicts)
        imported = self._import(page.documents)
        self._count(
            new_count=len(created) + imported,
            known_count=plan.known_count,
            updated_count=updated,
            removed_count=removed,
            pending_count=len(plan.announced),
            held_count=len(plan.held) + len(plan.conflicts),
        )
        memory = plan.memory
        self.feed.cursor = page.cursor if memory.has_only_ids else False
        return replace(
            memory,
            used=memory.used | frozenset(created.ids),
            noted=memory.noted | frozenset(note_ids),
        )

    # --- lines

    def _create(self, feed_lines):
        lines = create_lines(self.journal, [line.transaction for line in feed_lines])
        self._name(zip(lines, feed_lines, strict=True))
        self.env["ar.bank.payload"]._store(
            self.feed,
            self.sync,
            [
                (line.id, told.provider_id, told.raw)
                for line, told in zip(lines, feed_lines, strict=True)
            ],
        )
        return lines

    def _link(self, matches):
        lines = self.env["account.bank.statement.line"]
        self._name((lines.browse(match.line.line_id), match.feed_line) for match in matches)

    def _name(self, pairs):
        """Write on lines what the feed calls them and said of them, one statement for all."""
        rows = [
            (line.id, told.provider_id or None, fingerprint(told.transaction))
            for line, told in pairs
        ]
        if not rows:
            return
        lines = self.env["account.bank.statement.line"]
        lines.flush_model(["ar_feed_id", "ar_provider_id", "ar_feed_fingerprint"])
        # A name moves from one line to another where a provider withdrew and told again.
        self.env.cr.execute(
            SQL(
                """UPDATE account_bank_statement_line SET ar_provider_id = NULL
                    WHERE ar_feed_id = %s AND ar_provider_id IN %s""",
                self.feed.id,
                tuple(row[1] or "" for row in rows),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE account_bank_statement_line l
                      SET ar_feed_id = %s, ar_provider_id = v.name,
                          ar_feed_fingerprint = v.fingerprint
                     FROM (VALUES %s) AS v (id, name, fingerprint)
                    WHERE l.id = v.id""",
                self.feed.id,
                SQL(", ").join(SQL("(%s, %s::varchar, %s)", *row) for row in rows),
            )
        )
        lines.invalidate_model(["ar_feed_id", "ar_provider_id", "ar_feed_fingerprint"], flush=False)

    def _update(self, matches):
        """Change unreconciled lines to what the bank says now; return how many were changed."""
        changed = []
        for match in matches:
            line = self.env["account.bank.statement.line"].browse(match.line.line_id)
            vals = prepare_line_vals(match.feed_line.transaction, self.journal, False)
            try:
                with self.env.cr.savepoint():
                    line.write({name: vals[name] for name in CHANGEABLE})
                changed.append(match)
            except UserError as error:
                report_conflict(self.feed, match, reason=str(error))
        self._link(matches)
        self.env["ar.bank.payload"]._store(
            self.feed,
            self.sync,
            [(m.line.line_id, m.feed_line.provider_id, m.feed_line.raw) for m in changed],
        )
        return len(changed)

    def _remove(self, known_lines):
        """Delete unreconciled lines that the bank withdrew, with a trace."""
        lines = self.env["account.bank.statement.line"].browse(
            [line.line_id for line in known_lines]
        )
        if lines:
            trace_removal(self.feed, lines)
            lines.unlink()
        return len(known_lines)

    def _settle_conflicts(self, conflicts):
        """A contradiction is told once: what the bank said is noted on the line."""
        lines = self.env["account.bank.statement.line"]
        self._name(
            (lines.browse(conflict.line.line_id), conflict.feed_line)
            for conflict in conflicts
            if conflict.feed_line
        )

    # --- documents and figures

    def _import(self, documents):
        count = 0
        for document in documents:
            lines = import_document(self.feed, document, self.sync)
            self.accepted[document.reference] = lines is not None
            count += len(lines or ())
        return count

    def _count(self, **figures):
        sync = self.sync
        sync.write(
            {name: sync[name] + count for name, count in figures.items()}
            | {"page_count": sync.page_count + 1}
        )
        sync._tell_progress()


def _has_nameless(page):
    return any(line.transaction.status == "booked" and not line.provider_id for line in page.lines)
