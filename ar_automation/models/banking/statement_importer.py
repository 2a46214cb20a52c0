"""Imports one bank file into the journals that its statements belong to, all or nothing."""

import hashlib
from io import BytesIO

from odoo.exceptions import LockError
from odoo.tools import split_every

from ...banking.formats import is_streamed, parse, stream
from ...banking.formats.streamed import StreamedStatement
from ...banking.survey import survey_file
from ...exceptions import StatementFileError
from .feed_adoption import adopt_feed_lines, unadopted_days
from .feed_facts import bump_journal
from .statement_booking import create_file_lines
from .statement_checks import (
    check_lock_dates,
    check_precision,
    currency_of,
    explain_doubts,
    is_table,
    refusal,
)
from .statement_filling import filling
from .statement_placing import StatementPlacer

# A file of this size is read once and kept; of a larger one, read twice, only a window is.
KEPT_BYTES = 4 * 1024 * 1024
WINDOW = 2_000  # transactions that are put into the order of their dates together
KEYS_AT_ONCE = 5_000


class StatementImporter:
    """One file on its way into one company.

    :param journal: the bank journal that the file was given to. Statements of other
        accounts in the same file go to the journals of those accounts.
    :param apply: whether new lines are matched on the way; by each journal's own policy if None.
    """

    def __init__(self, journal, filename, content, *, apply=None):
        self.journal = journal
        self.env = journal.env
        self.company = journal.company_id
        self.filename = filename
        self.content = content
        self.apply = apply
        self.attachment = None
        self._profiles = ()
        self._whole = None  # the statements of a file that is small enough to be kept

    def run(self):
        """Import what is new.

        :return: the created ``account.bank.statement.line`` records.
        :raises UserError: naming file, place and reason; nothing is imported then.
        """
        surveys = self._survey()
        placed, homeless = StatementPlacer(self.journal, self.filename).place(surveys)
        homes = {
            survey.position: (journal, survey)
            for journal, items in placed.items()
            for survey in items
        }
        for journal in placed:
            self._lock(journal)
        for journal, survey in homes.values():
            self._check(journal, survey)
        created = self._import_all(homes)
        for survey in homeless:
            self._note_homeless(survey)
        return created

    # --- reading

    def _survey(self):
        try:
            self._profiles = self.env["ar.statement.profile"].sudo().ar_profiles_for(self.journal)
            if len(self.content) <= KEPT_BYTES or not is_streamed(self.content):
                self._whole = parse(self.filename, self.content, profiles=self._profiles)
            surveys = survey_file(self._statements())
        except StatementFileError as error:
            raise refusal(self.env, " ".join(filter(None, (str(error), error.hint)))) from error
        if not surveys:
            raise refusal(self.env, self.env._("%s holds no statement.", self.filename))
        for survey in surveys:
            self._check_story(survey.statement)
        return surveys

    def _check_story(self, statement):
        if statement.is_account_story:
            return
        if statement.warnings:
            raise refusal(self.env, f"{self.filename}: {'; '.join(statement.warnings)}.")
        raise refusal(
            self.env,
            self.env._(
                "%(file)s is a %(format)s message, which tells only parts of the account's "
                "story. Import the statement (camt.053 or MT940) of the same days instead.",
                file=self.filename,
                format=statement.source_format,
            ),
        )

    def _statements(self):
        """Read the file from its beginning, each time that it is asked for."""
        if self._whole is not None:
            return map(StreamedStatement.of, self._whole)
        return stream(self.filename, BytesIO(self.content), profiles=self._profiles)

    def _booked(self, homes):
        """Go through the statements that have a journal.

        :return: yields ``(journal, survey, booked)``, the last yielding ``(transaction, key)``,
            to be taken before the next statement is asked for.
        """
        for position, statement in enumerate(self._statements()):
            if position in homes:
                journal, survey = homes[position]
                lines = zip(statement.transactions, survey.keys, strict=True)
                yield journal, survey, (item for item in lines if item[0].status == "booked")

    def _lock(self, journal):
        try:
            journal.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise refusal(
                self.env,
                self.env._(
                    "Another import into %s is under way; try again when it has ended.",
                    journal.display_name,
                ),
            ) from error
        bump_journal(journal)

    # --- checking

    def _check(self, journal, survey):
        check_precision(journal, survey, self.filename)
        check_lock_dates(journal, survey, self.filename)
        doubts = explain_doubts(journal, survey, self.filename)
        if doubts and journal.ar_balance_policy == "refuse":
            raise refusal(self.env, doubts)

    # --- writing

    def _import_all(self, homes):
        told = self._told_by_feeds(homes)
        ids = []
        for journal, survey, booked in self._booked(homes):
            known = self._known_keys(journal, survey.keys)
            suspects = [item for item in told.get(survey.position, ()) if item[1] not in known]
            known |= adopt_feed_lines(journal, suspects)
            ids += self._import(journal, survey, booked, known)
        return self.env["account.bank.statement.line"].browse(ids)

    def _told_by_feeds(self, homes):
        """The transactions of those days of which a feed told too, by statement."""
        journals = {journal for journal, _survey in homes.values()}
        days = {journal: unadopted_days(journal) for journal in journals}
        if not any(days[journal] & survey.days for journal, survey in homes.values()):
            return {}
        return {
            survey.position: [item for item in booked if item[0].booking_date in days[journal]]
            for journal, survey, booked in self._booked(homes)
        }

    def _import(self, journal, survey, booked, known):
        """Import one statement but for what is known; return the ids of the new lines."""
        new_count = survey.booked_count - len(known)
        record = self._record(journal, survey, new_count)
        if not new_count:
            return []
        # Only a statement whose lines are all new can stand as Odoo's own: Odoo proves it
        # from the lines that it holds.
        balances = survey.statement.opening and survey.statement.closing
        container = (
            self._create_statement(journal, survey)
            if balances and not known
            else self.env["account.bank.statement"]
        )
        new = (item for item in booked if item[1] not in known)
        ids = []
        apply = journal._ar_applies_on_import() if self.apply is None else self.apply
        with filling(container, journal):
            for window in split_every(WINDOW, new, list):
                ids += create_file_lines(journal, window, record, container, apply=apply).ids
        record.statement_id = container
        self._log(record)
        return ids

    def _known_keys(self, journal, keys):
        lines = self.env["account.bank.statement.line"].sudo()
        known = set()
        for some in split_every(KEYS_AT_ONCE, keys):
            groups = lines._read_group(
                [("journal_id", "=", journal.id), ("ar_transaction_key", "in", some)],
                ["ar_transaction_key"],
            )
            known.update(key for (key,) in groups)
        return known

    def _record(self, journal, survey, new_count):
        """The import's record; the one of an earlier import of the same statement is kept."""
        imports = self.env["ar.statement.import"].sudo()
        fingerprint = _fingerprint(survey.statement, survey.keys)
        known = imports.search(
            [("journal_id", "=", journal.id), ("fingerprint", "=", fingerprint)], limit=1
        )
        if known:
            if new_count:  # lines that were deleted since came back
                known.created_count += new_count
            return known
        record = imports.create(
            self._prepare_record_vals(journal, survey)
            | {
                "fingerprint": fingerprint,
                "created_count": new_count,
                "known_count": survey.booked_count - new_count,
            }
        )
        record.attachment_id = self._attach(record)
        if record.state == "gap":
            self._report_gap(record)
        return record

    def _prepare_record_vals(self, journal, survey):
        statement, gap = survey.statement, survey.balance_gap
        state, message = "proven", self.env._("Opening balance and lines make the closing balance.")
        if gap is None:
            state, message = "unproven", self.env._("The file gives no balances to prove it by.")
        doubts = explain_doubts(journal, survey, self.filename)
        if doubts:
            state, message = "gap", doubts
        return {
            "company_id": self.company.id,
            "journal_id": journal.id,
            "currency_id": currency_of(journal).id,
            "filename": self.filename,
            "state": state,
            "message": message,
            "account_number": statement.account,
            "identifier": statement.identifier,
            "profile_name": statement.source_version if is_table(statement) else "",
            "date": survey.last_day,
            "balance_start": float(statement.opening.amount) if statement.opening else 0.0,
            "balance_end": float(statement.closing.amount) if statement.closing else 0.0,
            "booked_amount": float(survey.booked_sum),
            "balance_gap": float(gap or 0),
            "pending_count": len(survey.keys) - survey.booked_count,
        }

    def _attach(self, record):
        if not self.attachment:
            self.attachment = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": self.filename,
                        "raw": self.content,
                        "mimetype": "application/octet-stream",
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                )
            )
        return self.attachment

    def _create_statement(self, journal, survey):
        statement = survey.statement
        return self.env["account.bank.statement"].create(
            {
                "name": statement.identifier or self.filename,
                "reference": self.filename,
                "journal_id": journal.id,
                "date": survey.last_day,
                "balance_start": float(statement.opening.amount),
                "balance_end_real": float(statement.closing.amount),
            }
        )

    # --- telling

    def _note_homeless(self, survey):
        """A statement of an account that no journal keeps is not lost without a word."""
        imports = self.env["ar.statement.import"].sudo()
        statement = survey.statement
        fingerprint = _fingerprint(statement, [])
        message = self.env._(
            "%(file)s also holds the statement of %(account)s (%(currency)s), for which there is "
            "no bank journal; it was left out.",
            file=self.filename,
            account=statement.account or "?",
            currency=statement.currency or "?",
        )
        domain = [("company_id", "=", self.company.id), ("fingerprint", "=", fingerprint)]
        if imports.search_count([*domain, ("state", "=", "left_out")], limit=1):
            return
        currency = self.env["res.currency"].search([("name", "=", statement.currency)], limit=1)
        record = imports.create(
            self._prepare_record_vals(self.journal, survey)
            | {
                "journal_id": False,
                "currency_id": (currency or self.company.currency_id).id,
                "state": "left_out",
                "message": message,
                "fingerprint": fingerprint,
            }
        )
        self.env["ar.exception"].ar_report(
            self.company,
            record,
            "statement.no_journal",
            message,
            hint=self.env._("Create a bank journal for the account and import the file again."),
        )

    def _report_gap(self, record):
        self.env["ar.exception"].ar_report(
            self.company,
            record,
            "statement.does_not_add_up",
            record.message,
            hint=self.env._("Ask the bank for a complete statement, or look for a missing page."),
        )
        record.message_post(body=record.message)

    def _log(self, record):
        self.env["ar.audit.event"].ar_append(
            self.company,
            [
                {
                    "code": "banking.statement_imported",
                    "summary": self.env._(
                        "%(file)s: %(count)s new lines in %(journal)s. %(proof)s",
                        file=self.filename,
                        count=record.created_count,
                        journal=record.journal_id.display_name,
                        proof=record.message,
                    ),
                    "record": record,
                    "details": {"fingerprint": record.fingerprint},
                }
            ],
        )


def _fingerprint(statement, keys):
    opening = statement.opening.amount if statement.opening else ""
    closing = statement.closing.amount if statement.closing else ""
    parts = (statement.account, statement.identifier, statement.page, opening, closing, *keys)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
