import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError

COLUMNS = ("plan", "meter", "date", "quantity", "reference")
LARGEST_FILE = 10 * 1024 * 1024


class ArInvoiceUsageImport(models.TransientModel):
    """Takes usage from a CSV file, all of it or nothing."""

    _name = "ar.invoice.usage.import"
    _description = "Import usage"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(
        required=True,
        attachment=False,
        help="CSV in UTF-8 with the columns plan, meter, date (2026-12-31), quantity (12.5) and "
        "reference, separated by commas or semicolons.",
    )
    filename = fields.Char()

    def action_import(self):
        """Record the file's rows; those known already are left alone."""
        self.ensure_one()
        counts = self.env["ar.invoice.usage"].ar_record(self.company_id, self._read_rows())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(recorded)s rows recorded, %(known)s were known already.", **counts
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _read_rows(self):
        content = base64.b64decode(self.file)
        if len(content) > LARGEST_FILE:
            raise UserError(self.env._("The file is larger than 10 MB; import it in parts."))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._("The file is not in UTF-8; export it again in that encoding.")
            ) from error
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise UserError(
                self.env._("The file lacks the columns: %s.", ", ".join(sorted(missing)))
            )
        try:
            return list(reader)
        except csv.Error as error:
            raise UserError(
                self.env._("Line %(line)s is no CSV: %(why)s", line=reader.line_num, why=str(error))
            ) from error
