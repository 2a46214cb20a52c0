"""Imports the statement files that a feed delivers; a bad one is kept and reported."""

from odoo.exceptions import UserError


def import_document(feed, document, sync):
    """Import one file into the feed's journal, all or nothing.

    :return: the created lines, or None if the file was refused.
    """
    env = feed.env
    if _find_refused(feed, document):
        return None
    try:
        with env.cr.savepoint():
            return feed.journal_id.ar_import_statement_file(document.filename, document.content)
    except UserError as error:
        _note_refused(feed, document, str(error), sync)
        return None


def _find_refused(feed, document):
    """The record of the same file, refused when it was delivered before."""
    return feed.env["ar.statement.import"].search(
        [
            ("journal_id", "=", feed.journal_id.id),
            ("state", "=", "refused"),
            ("identifier", "=", document.reference),
            ("filename", "=", document.filename),
        ],
        limit=1,
    )


def _note_refused(feed, document, reason, sync):
    env = feed.env
    record = env["ar.statement.import"].create(
        {
            "company_id": feed.company_id.id,
            "journal_id": feed.journal_id.id,
            "currency_id": feed.currency_id.id,
            "filename": document.filename,
            "identifier": document.reference,
            "state": "refused",
            "message": reason,
        }
    )
    record.attachment_id = env["ir.attachment"].create(
        {
            "name": document.filename,
            "raw": document.content,
            "mimetype": "application/octet-stream",
            "res_model": record._name,
            "res_id": record.id,
        }
    )
    sync.held_count += 1
    env["ar.exception"].ar_report(
        feed.company_id,
        record,
        "statement.refused",
        reason,
        hint=env._(
            "The file is kept with the import. Ask the bank for a correct one, or import it by "
            "hand once the cause is mended."
        ),
    )
