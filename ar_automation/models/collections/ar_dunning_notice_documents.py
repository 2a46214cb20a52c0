import base64
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import pdf
from reportlab.graphics.barcode import createBarcodeDrawing

from ...engine.dunning.epc import build_epc_payload
from .ar_dunning_notice import OPEN_STATES

LETTER_REPORT = "ar_automation.action_report_dunning_letter"
QR_SIZE = 160
# channels that carry documents
DOCUMENT_CHANNELS = ("email", "letter")


class ArDunningNotice(models.Model):
    """What goes with a reminder: statement, invoices, the letter and its code to pay."""

    _inherit = "ar.dunning.notice"

    # === ACTION METHODS ===#

    def action_print_letters(self):
        """Put the letters into one PDF to print, and note that they were printed.

        :raises UserError: when none of the reminders is a letter that was sent.
        """
        letters = self.filtered_domain([("channel", "=", "letter"), ("state", "=", "sent")])
        if not letters.letter_id:
            raise UserError(
                self.env._("None of these reminders is a letter that is ready to be printed.")
            )
        # sudo: a collector prints, and may not write reminders otherwise
        letters.sudo().printed_at = fields.Datetime.now()
        content = pdf.merge_pdf(letters.letter_id.mapped("raw"))
        batch = self.env["ir.attachment"].create(
            {
                "name": self.env._("Letters %s.pdf", fields.Date.to_string(fields.Date.today())),
                "raw": content,
                "mimetype": "application/pdf",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{batch.id}?download=true",
            "target": "download",
        }

    def action_show_documents(self):
        """Make the documents that would leave with the reminders now, to look at them.

        :raises UserError: when one of the reminders left, or was cancelled.
        """
        if self.filtered(lambda notice: notice.state not in OPEN_STATES):
            raise UserError(
                self.env._("Documents are shown ahead of reminders that are still to be sent.")
            )
        # sudo: a collector looks, and may not write reminders otherwise
        self.sudo()._attach_documents()

    # === PRIVATE METHODS ===#

    def _attach_documents(self):
        """Render what leaves with the reminders; what was shown ahead makes way."""
        shown = self._get_documents()
        self._attach_statements()
        for notice in self:
            if notice.level_id.attach_invoices and notice.channel in DOCUMENT_CHANNELS:
                notice.document_ids |= notice._copy_invoice_documents()
        self._attach_letters()
        shown.unlink()

    def _attach_statements(self):
        """All statements of one day and language are printed together."""
        wanted = self.filtered(lambda notice: notice._has_statement())
        terms = ("company_id", "date", "lang")
        for (company, day, lang), group in wanted.grouped(
            lambda notice: tuple(notice[name] for name in terms)
        ).items():
            statements = group.partner_id.ar_render_statements(company, day, lang=lang)
            for notice in group:
                notice.attachment_id = notice._create_document(
                    *statements[notice.partner_id.commercial_partner_id.id]
                )

    def _copy_invoice_documents(self):
        """The invoices' own PDFs, as they were sent; one that never had a PDF has none."""
        # copies: when the reminder is deleted or changes hands, the invoice keeps its own
        copies = self.env["ir.attachment"]
        for move in self.line_ids.move_id:
            original = move.invoice_pdf_report_id
            if original:
                copies |= self._create_document(original.name, original.raw)
        return copies

    def _attach_letters(self):
        letters = self.filtered_domain([("channel", "=", "letter")])
        for company, group in letters.grouped("company_id").items():
            report = self.env["ir.actions.report"].with_company(company)
            contents = report.ar_print_each(LETTER_REPORT, group.ids)
            for notice in group:
                name = self.env._("Letter %s.pdf", notice.id)
                notice.letter_id = notice._create_document(name, contents[notice.id])

    def _get_documents(self):
        """All that leaves with the reminder."""
        return self.letter_id | self.attachment_id | self.document_ids

    def _create_document(self, name, content):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    # --- called by the texts

    def _has_statement(self):
        """Whether the statement of account goes with it."""
        self.ensure_one()
        return self.level_id.attach_statement and self.channel in DOCUMENT_CHANNELS

    def _get_signer(self):
        """Who signs, by the level; the company if nobody does."""
        self.ensure_one()
        return self.level_id.signer_id.partner_id or self.company_id.partner_id

    def _get_link(self, move):
        """Address of the invoice in the portal, empty where the level shows none.

        A preview shows none of an invoice that has none yet: making it would change the
        invoice.
        """
        self.ensure_one()
        if not (self.level_id.show_payment_link and move.sudo().access_token):
            return ""
        return move.get_base_url() + move.sudo().get_portal_url()

    def _get_payment_code(self):
        """The code on the letter as an image for ``src``, empty where none can be made.

        One code pays everything that is asked for in euro into the company's bank account.
        """
        self.ensure_one()
        totals = dict(self._sum_by_currency())
        euro = next((currency for currency in totals if currency.name == "EUR"), None)
        account = self.env["report.ar_automation.report_statement_of_account"]._find_bank_accounts(
            self.company_id
        )[:1]
        if not euro or not account:
            return ""
        items = self.line_ids.filtered(lambda line: line.currency_id == euro)
        payee = account.acc_holder_name or self.company_id.name
        amount = Decimal(str(euro.round(totals[euro])))
        payload = build_epc_payload(
            payee, account.acc_number, amount, " ".join(items.mapped("name"))
        )
        if not payload:
            return ""
        # drawn as SVG: bitmaps need a library that Odoo does not bring
        drawing = createBarcodeDrawing(
            "QR", value=payload, width=QR_SIZE, height=QR_SIZE, barLevel="M", barBorder=0
        )
        image = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{image}"
