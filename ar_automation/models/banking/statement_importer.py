"""Imports one bank file into the journals that its statements belong to, all or nothing."""

import hashlib
from collections import defaultdict

from odoo.exceptions import LockError

from ...banking.formats import parse
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .bulk_lines import create_bank_lines
from .feed_adoption import adopt_feed_lines
from .feed_facts import bump_journal
from .statement_checks import (
    check_lock_dates,
    check_precision,
    currency_of,
    explain_doubts,
    is_table,
    refusal,
)
from .statement_lines import prepare_line_vals
from .statement_placing import StatementPlacer, normalise_account


class StatementImporter:
    """One file on its way into one company.

    :param journal: the bank journal that the file was given to. Statements of other
        accounts in the same file go to the journals of those accounts.
    """

    def __init__(self, journal, filename, content):
        self.journal = journal
        self.env = journal.env
        self.company = journal.company_id
        self.filename = filename
        self.content = content
        self.attachment = None

    def run(self):
        """Import what is new.

        :return: the created ``account.bank.statement.line`` records.
        :raises UserError: naming file, place and reason; nothing is imported then.
        """
        statements = self._parse()
        keys = file_keys(statements)
        placer = StatementPlacer(self.journal, self.filename)
        placed, homeless = placer.place(list(zip(statements, keys, strict=True)))
        for journal in placed:
            self._lock(journal)
        created = self.env["account.bank.statement.line"]
        for journal, items in placed.items():
            for statement, statement_keys in items:
                self._check(journal, statement)
                created |= self._import(journal, statement, statement_keys)
        for statement in homeless:
            self._note_homeless(statement)
        return created

    # --- reading

    def _parse(self):
        try:
            profiles = self.env["ar.statement.profile"].sudo().ar_profiles_for(self.journal)
            statements = parse(self.filename, self.content, profiles=profiles)
        except StatementFileError as error:
            raise refusal(self.env, " ".join(filter(None, (str(error), error.hint)))) from error
        if not statements:
            raise refusal(self.env, self.env._("%s holds no statement.", self.filename))
        for statement in statements:
            if statement.warnings and not statement.is_account_story:
                reason = "; ".join(statement.warnings)
                raise refusal(self.env, f"{self.filename}: {reason}.")
            if not statement.is_account_story:
                raise refusal(
                    self.env,
                    self.env._(
                        "%(file)s is a %(format)s message, which tells only parts of the account's "
                        "story. Import the statement (camt.053 or MT940) of the same days instead.",
                        file=self.filename,
                        format=statement.source_format,
                    ),
                )
        return statements

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

    def _check(self, journal, statement):
        check_precision(journal, statement, self.filename)
        check_lock_dates(journal, statement, self.filename)
        doubts = explain_doubts(journal, statement, self.filename)
        if doubts and journal.ar_balance_policy == "refuse":
            raise refusal(self.env, doubts)

    # --- writing

    def _import(self, journal, statement, keys):
        booked = [
            (line, key)
            for line, key in zip(statement.transactions, keys, strict=True)
            if line.status == "booked"
        ]
        known = self._known_keys(journal, [key for _line, key in booked])
        known |= adopt_feed_lines(journal, [item for item in booked if item[1] not in known])
        new = [(line, key) for line, key in booked if key not in known]
        record = self._record(journal, statement, keys, new_count=len(new), booked=booked)
        if not new:
            return self.env["account.bank.statement.line"]
        # Only a statement whose lines are all new can stand as Odoo's own: Odoo proves it
        # from the lines that it holds.
        whole = len(new) == len(booked) and statement.opening and statement.closing
        container = self._create_statement(journal, statement, new) if whole else None
        lines = self._create_lines(journal, new, record, container)
        if container:
            record.statement_id = container
        self._log(record)
        return lines

    def _known_keys(self, journal, keys):
        lines = self.env["account.bank.statement.line"].sudo()
        groups = lines._read_group(
            [("journal_id", "=", journal.id), ("ar_transaction_key", "in", keys)],
            ["ar_transaction_key"],
        )
        return {key for (key,) in groups}

    def _record(self, journal, statement, keys, *, new_count, booked):
        """The import's record; the one of an earlier import of the same statement is kept."""
        imports = self.env["ar.statement.import"].sudo()
        fingerprint = _fingerprint(statement, keys)
        known = imports.search(
            [("journal_id", "=", journal.id), ("fingerprint", "=", fingerprint)], limit=1
        )
        if known:
            if new_count:  # lines that were deleted since came back
                known.created_count += new_count
            return known
        record = imports.create(
            self._prepare_record_vals(journal, statement)
            | {
                "fingerprint": fingerprint,
                "created_count": new_count,
                "known_count": len(booked) - new_count,
            }
        )
        record.attachment_id = self._attach(record)
        if record.state == "gap":
            self._report_gap(record)
        return record

    def _prepare_record_vals(self, journal, statement):
        gap = statement.balance_gap
        state, message = "proven", self.env._("Opening balance and lines make the closing balance.")
        if gap is None:
            state, message = "unproven", self.env._("The file gives no balances to prove it by.")
        doubts = explain_doubts(journal, statement, self.filename)
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
            "date": _last_day(statement),
            "balance_start": float(statement.opening.amount) if statement.opening else 0.0,
            "balance_end": float(statement.closing.amount) if statement.closing else 0.0,
            "booked_amount": float(statement.booked_sum),
            "balance_gap": float(gap or 0),
            "pending_count": len(statement.transactions) - len(statement.booked),
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

    def _create_statement(self, journal, statement, new):
        return self.env["account.bank.statement"].create(
            {
                "name": statement.identifier or self.filename,
                "reference": self.filename,
                "journal_id": journal.id,
                "date": _last_day(statement) or max(line.booking_date for line, _key in new),
                "balance_start": float(statement.opening.amount),
                "balance_end_real": float(statement.closing.amount),
            }
        )

    def _create_lines(self, journal, new, record, container):
        lines = self.env["account.bank.statement.line"]
        partners = self._partners_by_account({line.counterparty.account for line, _key in new})
        foreign = self._foreign_currencies(new)
        shared = {"ar_import_id": record.id, "statement_id": container.id if container else False}
        ordered = sorted(new, key=lambda item: item[0].booking_date)
        vals_list = (
            prepare_line_vals(line, journal, key)
            | shared
            | {"partner_id": partners.get(normalise_account(line.counterparty.account), False)}
            | self._prepare_foreign_vals(line, foreign)
            for line, key in ordered
        )
        return create_bank_lines(lines, vals_list)

    def _partners_by_account(self, numbers):
        """Customer per bank account, where the account belongs to one customer only."""
        wanted = [normalise_account(number) for number in numbers if number]
        accounts = (
            self.env["res.partner.bank"]
            .sudo()
            .search(
                [
                    ("sanitized_acc_number", "in", wanted),
                    ("company_id", "in", (False, self.company.id)),
                    ("partner_id", "!=", self.company.partner_id.id),
                ]
            )
        )
        owners = defaultdict(set)
        for account in accounts:
            owners[account.sanitized_acc_number].add(account.partner_id.commercial_partner_id.id)
        return {number: next(iter(ids)) for number, ids in owners.items() if len(ids) == 1}

    def _foreign_currencies(self, new):
        names = {line.exchange.foreign.currency for line, _key in new if line.exchange.foreign}
        currencies = self.env["res.currency"].search([("name", "in", list(names))])
        return {currency.name: currency for currency in currencies}

    def _prepare_foreign_vals(self, line, currencies):
        foreign = line.exchange.foreign
        currency = currencies.get(foreign.currency) if foreign else None
        # Where a bank kept a fee on the way, the foreign amount is not what arrived: taking
        # it as paid would hide the fee in the exchange rate.
        if not currency or not foreign.amount or any(fee.amount for fee in line.charges):
            return {}
        return {
            "foreign_currency_id": currency.id,
            "amount_currency": currency.round(float(foreign.amount)),
        }

    # --- telling

    def _note_homeless(self, statement):
        """A statement of an account that no journal keeps is not lost without a word."""
        imports = self.env["ar.statement.import"].sudo()
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
            self._prepare_record_vals(self.journal, statement)
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


def create_lines(journal, transactions):
    """Create the lines of booked transactions that came without a file.

    :return: the ``account.bank.statement.line`` records, in the order of the transactions.
    """
    order = sorted(range(len(transactions)), key=lambda index: transactions[index].booking_date)
    importer = StatementImporter(journal, "", b"")
    lines = importer._create_lines(
        journal,
        [(transactions[index], False) for index in order],
        journal.env["ar.statement.import"],
        None,
    )
    by_index = dict(zip(order, lines, strict=True))
    return lines.browse(by_index[index].id for index in range(len(transactions)))


def _last_day(statement):
    days = [line.booking_date for line in statement.booked]
    days += [
        day
        for day in (statement.to_date, statement.closing and statement.closing.balance_date)
        if day
    ]
    return max(days, default=None)


def _fingerprint(statement, keys):
    opening = statement.opening.amount if statement.opening else ""
    closing = statement.closing.amount if statement.closing else ""
    parts = (statement.account, statement.identifier, statement.page, opening, closing, *keys)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
