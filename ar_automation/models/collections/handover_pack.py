"""Collects the papers of a handed-over case: what is owed, why, and what was done about it."""

import io

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ...engine.dunning.handover import name_file, pack, write_table

INVOICE_REPORT = "account.account_invoices"


class HandoverPack:
    """The papers of one case, on one day.

    :ivar problems: what could not be put in, in words.
    """

    def __init__(self, handover, day):
        self.env = handover.env
        self.handover = handover
        self.items = handover.line_ids.move_line_id
        self.moves = self.items.move_id
        self.day = day
        self.problems = []
        self.files = {}
        self._taken = set()

    def build(self):
        """Return the bytes of the ZIP archive; :attr:`problems` tells what is missing in it."""
        self._add_document("statement_of_account", self._render_statement)
        for move in self.moves:
            self._add_document(move.name, lambda move=move: self._render_invoice(move))
        for name, titles, rows in self._tables():
            self.files[name_file(name, ".csv", self._taken)] = write_table(titles, rows)
        cover = {name_file("cover_sheet", ".txt", self._taken): self._write_cover().encode()}
        return pack({**cover, **self.files})

    # --- documents

    def _add_document(self, name, render):
        """Put a PDF in; one that cannot be made or read is told and does not stop the rest."""
        try:
            content = render()
            PdfReader(io.BytesIO(content)).get_num_pages()
        except (UserError, PyPdfError, OSError, ValueError) as error:
            self.problems.append(
                self.env._(
                    "%(name)s: its PDF cannot be read and is left out (%(why)s).",
                    name=name,
                    why=error,
                )
            )
            return
        self.files[name_file(name, ".pdf", self._taken)] = content

    def _render_statement(self):
        handover = self.handover
        return handover.partner_id.ar_render_statement(handover.company_id, self.day)[1]

    def _render_invoice(self, move):
        """The PDF as it was sent, else one that is made now."""
        if move.invoice_pdf_report_id:
            return move.invoice_pdf_report_id.raw
        reports = self.env["ir.actions.report"].with_company(move.company_id)
        return reports._render_qweb_pdf(INVOICE_REPORT, move.ids)[0]

    # --- tables

    def _tables(self):
        yield self._list_items()
        yield self._list_deliveries()
        yield self._list_reminders()
        yield self._list_contacts()
        yield self._list_promises()
        yield self._list_interest()

    def _list_items(self):
        titles = ["Invoice", "Date", "Due", "Currency", "Amount", "Open"]
        rows = [
            (
                item.move_id.name,
                item.date,
                item.date_maturity,
                item.currency_id.name,
                item.currency_id.round(item.amount_currency),
                item.currency_id.round(item.amount_residual_currency),
            )
            for item in self.items
        ]
        return "open_items", titles, rows

    def _list_deliveries(self):
        titles = ["Invoice", "Channel", "To", "State", "Sent", "Delivered", "Opened", "Details"]
        deliveries = self.env["ar.delivery"].search(
            [("move_id", "in", self.moves.ids)], order="move_id, id"
        )
        rows = [
            (
                one.move_id.name,
                _label(one, "channel"),
                one.address or one.partner_id.display_name,
                _label(one, "state"),
                one.sent_at or None,
                one.delivered_at or None,
                one.opened_at or None,
                one.message or "",
            )
            for one in deliveries
        ]
        return "proof_of_delivery", titles, rows

    def _list_reminders(self):
        titles = ["Invoice", "Level", "Date", "By", "To", "State", "Open then", "Currency"]
        lines = self.env["ar.dunning.notice.line"].search(
            [("move_line_id", "in", self.items.ids), ("state", "!=", "simulated")],
            order="move_line_id, id",
        )
        rows = [
            (
                line.name,
                # an item that is listed in a reminder need not reach a level with it
                line.notice_id.level_id.name or "",
                line.notice_id.date,
                _label(line.notice_id, "channel"),
                line.notice_id.recipient or "",
                _label(line.notice_id, "state"),
                line.currency_id.round(line.residual),
                line.currency_id.name,
            )
            for line in lines
        ]
        return "reminders", titles, rows

    def _list_contacts(self):
        titles = ["When", "By", "Channel", "With", "Outcome", "Note"]
        logs = self.env["ar.contact.log"].search(self._of_customer(), order="contacted_at, id")
        rows = [
            (
                log.contacted_at,
                log.user_id.name,
                _label(log, "channel"),
                log.contact_id.display_name or "",
                log.outcome_id.name,
                html2plaintext(log.note or ""),
            )
            for log in logs
        ]
        return "contacts", titles, rows

    def _list_promises(self):
        titles = ["Promised on", "Pays by", "Amount", "Currency", "Paid", "State", "Because"]
        promises = self.env["ar.promise"].search(self._of_customer(), order="id")
        rows = [
            (
                one.create_date.date(),
                one.date,
                one.currency_id.round(one.amount),
                one.currency_id.name,
                one.currency_id.round(one.paid_amount),
                _label(one, "state"),
                one.state_reason or "",
            )
            for one in promises
        ]
        return "promises", titles, rows

    def _list_interest(self):
        titles = ["Invoice", "From", "To", "Days", "Balance", "Percent", "Days of year", "Interest"]
        found = self.items.ar_interest(self.day)
        rows = []
        for item in self.items.filtered(lambda item: item.id in found):
            result = found[item.id]
            name = item.move_id.name
            rows += [
                (
                    name,
                    part.first_day,
                    part.last_day,
                    part.days,
                    part.balance,
                    part.percent,
                    part.year_days,
                    f"{float(part.amount):.4f}",
                )
                for part in result["segments"]
            ]
            total = (f"{name}, total", None, None, None, None, None, None, result["amount"])
            rows.append(total)
        return "interest", titles, rows

    def _of_customer(self):
        handover = self.handover
        return [
            ("company_id", "=", handover.company_id.id),
            ("partner_id.commercial_partner_id", "=", handover.partner_id.id),
        ]

    # --- cover

    def _write_cover(self):
        env, handover = self.env, self.handover
        debtor = handover.partner_id
        heads = [
            (env._("Case"), handover.name),
            (env._("Your reference"), handover.reference or ""),
            (env._("Creditor"), _write_address(handover.company_id.partner_id)),
            (env._("Debtor"), _write_address(debtor)),
            (env._("VAT number"), debtor.vat or ""),
            (env._("E-mail, phone"), " ".join(filter(None, (debtor.email, debtor.phone)))),
            (env._("Handed to"), handover.agency_id.display_name),
            (env._("As of"), format_date(env, self.day)),
            (env._("Open"), "\n".join(self._sum_open())),
            (env._("Files"), "\n".join(self.files)),
            (env._("Missing"), "\n".join(self.problems)),
        ]
        return "\n\n".join(f"{head}:\n{text.strip()}" for head, text in heads if text.strip())

    def _sum_open(self):
        for currency, items in self.items.grouped("currency_id").items():
            yield currency.format(sum(items.mapped("amount_residual_currency")))


def build_pack(handover):
    """Return ``(content of the ZIP archive, problems in words)`` of a case, as of today."""
    papers = HandoverPack(handover, fields.Date.context_today(handover))
    return papers.build(), papers.problems


def _write_address(partner):
    """Name and address, without lines that the country's format leaves empty."""
    lines = partner._display_address(without_company=True).splitlines()
    return "\n".join([partner.name, *filter(str.strip, lines)])


def _label(record, name):
    labels = dict(record._fields[name]._description_selection(record.env))
    return labels.get(record[name], "")
