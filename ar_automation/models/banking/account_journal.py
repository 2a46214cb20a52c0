from odoo import api, fields, models
from odoo.exceptions import UserError

from .statement_importer import StatementImporter

BANK_TYPES = ("bank", "credit", "cash")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    ar_balance_policy = fields.Selection(
        [
            ("import", "Import it, show the discrepancy and report it"),
            ("refuse", "Refuse the file"),
        ],
        "Statement that does not add up",
        default="import",
        required=True,
        help="What happens when opening balance and lines of a bank file do not make its closing "
        "balance. Some banks send such files; refusing them stops the feed until the bank "
        "sends a correct one.",
    )
    ar_statement_profile_id = fields.Many2one(
        "ar.statement.profile",
        "Profile of tables",
        check_company=True,
        help="How this bank writes CSV and XLSX files. If empty, the profile is guessed by the "
        "titles of the columns. Other formats need none.",
    )
    ar_watch_folder = fields.Char(
        "Watched folder",
        groups="base.group_system",
        copy=False,
        help="Folder on the server in which bank files for this journal arrive. Each file is "
        "imported and then moved to the subfolder imported, or to refused if it is bad.",
    )
    ar_feed_serial = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts what was stored in the journal, so that of two writers at once the later one "
        "starts over and sees what the first one stored.",
    )
    ar_feed_ids = fields.One2many("ar.bank.feed", "journal_id", "Bank feeds", readonly=True)
    ar_import_count = fields.Integer("Imports", compute="_compute_ar_import_count")

    # === COMPUTE METHODS ===#

    def _compute_ar_import_count(self):
        counts = dict(
            self.env["ar.statement.import"]._read_group(
                [("journal_id", "in", self.ids)], ["journal_id"], ["__count"]
            )
        )
        for journal in self:
            journal.ar_import_count = counts.get(journal, 0)

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """EXTENDS account: with the health of the journal's feed."""
        result = super()._fill_bank_cash_dashboard_data(dashboard_data)
        # sudo: whoever sees the journal's card may see how its feed is doing
        feeds = self.env["ar.bank.feed"].sudo().search([("journal_id", "in", self.ids)])
        for feed in feeds:
            dashboard_data[feed.journal_id.id]["ar_feed"] = feed._prepare_card()
        return result

    # === ACTION METHODS ===#

    def action_ar_sync(self):
        """Fetch what is new for the journal, and open the fetch."""
        self.ensure_one()
        return self.ar_feed_ids.connection_id.action_sync()

    def create_document_from_attachment(self, attachment_ids):
        """EXTENDS account: a file dropped on a bank journal is a statement, not an invoice."""
        if self.type not in BANK_TYPES:
            return super().create_document_from_attachment(attachment_ids)
        return self.ar_import_attachments(self.env["ir.attachment"].browse(attachment_ids))

    def action_ar_view_imports(self):
        """Open the files that were imported into this journal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement imports"),
            "res_model": "ar.statement.import",
            "view_mode": "list,form",
            "domain": [("journal_id", "=", self.id)],
        }

    # === BUSINESS METHODS ===#

    def ar_import_statement_file(self, filename, content, *, apply=None):
        """Import a bank file: every booked transaction that is not known yet, once.

        :param str filename: name for messages and the log; the format is told from the content.
        :param bytes content: the whole file.
        :param bool apply: match the new lines with what they pay on the way: the entry of a sure
            match is written on the customer's account straight away. If it is not given, the
            journal says so.
        :return: the created ``account.bank.statement.line`` records, empty if all were known.
        :raises UserError: naming file, place and reason, if the file is bad, belongs to another
            account or currency, or does not add up where the journal refuses that. Nothing
            is imported then.
        """
        self.ensure_one()
        if self.type not in BANK_TYPES:
            raise UserError(
                self.env._(
                    "%(file)s: %(journal)s is not a bank journal. Nothing was imported.",
                    file=filename,
                    journal=self.display_name,
                )
            )
        self.env["account.bank.statement.line"].check_access("create")
        if apply:
            self.env["account.bank.statement.line"].check_access("write")
        journal = self.with_company(self.company_id)
        # All or nothing also for callers that catch the error and go on.
        with self.env.cr.savepoint():
            lines = StatementImporter(journal, filename, content, apply=apply).run()
        return lines.with_env(self.env)

    def _ar_applies_on_import(self):
        """Hook: whether lines of a file are matched while they are imported."""
        return False

    @api.private
    def ar_import_attachments(self, attachments):
        """Import files that a person dropped or chose, and open the new lines."""
        self.ensure_one()
        lines = self.env["account.bank.statement.line"]
        for attachment in attachments:
            lines |= self.ar_import_statement_file(attachment.name, attachment.raw)
        if not lines:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "title": self.env._("Nothing new"),
                    "message": self.env._("Every transaction of the file was imported before."),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported transactions"),
            "res_model": "account.bank.statement.line",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", lines.ids)],
        }
