from odoo import fields, models
from odoo.exceptions import UserError


class ArStatementUpload(models.TransientModel):
    """A person hands bank files to a journal."""

    _name = "ar.statement.upload"
    _description = "Import bank files"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('bank', 'credit', 'cash')), ('company_id', '=', company_id)]",
        default=lambda self: self._default_journal(),
        help="Statements of other accounts in the same file go to the journals of those accounts.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        help="Account statements as CAMT.053, MT940, OFX, BAI2, QIF, CSV or XLSX. "
        "The format is told from the content.",
    )

    def _default_journal(self):
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.env.company),
                ("type", "=", "bank"),
            ],
            limit=1,
        )

    def action_import(self):
        """Import the files and open the new transactions."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        return self.journal_id.ar_import_attachments(self.attachment_ids)
