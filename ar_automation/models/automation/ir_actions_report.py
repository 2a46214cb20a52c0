import re

from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.exceptions import UserError
from odoo.http import request

from ...engine.automation.pdf_page import runs_script, without_delay
from .pdf_join import join_documents
from .pdf_pool import PrintJob, print_all

# A program that hangs, together with others and then alone, must end before Odoo ends the
# worker, by default after 120 seconds.
TIMEOUT_PARAMETER, TIMEOUT_SECONDS = "ar_automation.pdf_timeout", 40.0
# Core cuts the tables of longer pages into parts.
LONG_PAGE = 4 * 1024 * 1024
_STYLESHEET = re.compile(r'<link\b[^>]*\bhref="(/web/assets/[^"]+\.css)"[^>]*>')
_RECORD = re.compile(r'data-oe-model="([^"]+)"[^>]*\bdata-oe-id="(\d+)"')


class PdfNotPrintedError(UserError):
    """Documents that could not be printed.

    :ivar res_ids: of which records, as far as their pages say so.
    """

    def __init__(self, message, model, pages):
        super().__init__(message)
        self.res_ids = [
            int(number) for page in pages for name, number in _RECORD.findall(page) if name == model
        ]


class IrActionsReport(models.Model):
    """Documents are printed beside each other, with a deadline, and without waiting in vain.

    Core prints all documents of a call with one process. Where wkhtmltopdf comes without the
    patched Qt, as in Debian, that process refuses more than one document.
    """

    _inherit = "ir.actions.report"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_print_each(self, report_ref, res_ids, data=None):
        """Print one document for each record, several beside each other.

        :param str report_ref: XML id of the report.
        :return: ``{record id: PDF as bytes}``.
        :raises PdfNotPrintedError: naming those that failed.
        """
        streams, kind = {}, "pdf"
        if len(res_ids) > 1:
            streams, kind = self._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        if kind == "pdf" and all(
            res_id in streams and streams[res_id]["stream"] for res_id in res_ids
        ):
            return {res_id: streams[res_id]["stream"].getvalue() for res_id in res_ids}
        # one alone, or what core could not take apart
        return {
            res_id: self._render_qweb_pdf(report_ref, [res_id], data=data)[0] for res_id in res_ids
        }

    # === PRIVATE METHODS ===#

    def _run_wkhtmltopdf(  # noqa: PLR0913 - core's arguments
        self,
        bodies,
        report_ref=False,  # noqa: FBT002 - as in core
        header=None,
        footer=None,
        landscape=False,  # noqa: FBT002 - as in core
        specific_paperformat_args=None,
        set_viewport_size=False,  # noqa: FBT002 - as in core
    ):
        # EXTENDS 'base'
        bodies = list(bodies)
        if not self._ar_prints(report_ref, bodies):
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        options = self._build_wkhtmltopdf_args(
            self._get_report(report_ref).get_paperformat(),
            landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )
        model = self._get_report(report_ref).model
        contents = self._ar_print(model, bodies, options, str(header or ""), str(footer or ""))
        return contents[0] if len(contents) == 1 else join_documents(contents)

    def _ar_prints(self, report_ref, bodies):
        """Whether these pages are printed here: invoices and our own documents, but what core must.

        Core hands the session of who prints to wkhtmltopdf, which may need it for pictures;
        so only what core cannot print at all is taken from it while somebody waits.
        """
        if not report_ref:
            return False
        report = self._get_report(report_ref)
        if report.model != "account.move" and not report.report_name.startswith("ar_automation."):
            return False
        if any(len(body) >= LONG_PAGE for body in bodies):
            return False
        return not request or (len(bodies) > 1 and not _wkhtml().is_patched_qt)

    def _ar_print(self, model, bodies, options, header, footer):
        """Print pages; return their PDFs.

        The patched Qt prints all pages with one process, with the head and foot of each; the
        other one knows neither heads nor feet, and gets a process per page.

        :raises PdfNotPrintedError: naming those that failed, after all others were printed.
        """
        sheets = self._ar_inline_stylesheets(map(str, bodies))
        program = _wkhtml().bin
        if _wkhtml().is_patched_qt:
            jobs = [PrintJob((program, *options), tuple(sheets), header, footer)]
        else:
            quick = without_delay(options)
            jobs = [
                PrintJob((program, *(options if runs_script(sheet) else quick)), (sheet,))
                for sheet in sheets
            ]
        printed = print_all(jobs, timeout=self._ar_timeout())
        failed = [number for number, one in enumerate(printed) if not one.content]
        if failed:
            reason = self.env._("The PDF could not be made: %s", printed[failed[0]].reason)
            alone = [jobs[number].bodies for number in failed if len(jobs[number].bodies) == 1]
            raise PdfNotPrintedError(reason, model, [page for [page] in alone])
        return [one.content for one in printed]

    def _ar_timeout(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return float(parameters.get_param(TIMEOUT_PARAMETER) or TIMEOUT_SECONDS)

    def _ar_inline_stylesheets(self, bodies):
        """Write stylesheets that the database holds into the pages.

        Otherwise every process fetches them from Odoo's web server, which is slow, and leaves
        a page without any style where the server cannot reach itself.
        """
        bodies = list(bodies)
        wanted = {url for body in bodies for url in _STYLESHEET.findall(body)}
        # sudo: stylesheets are public, their records are not
        found = self.env["ir.attachment"].sudo().search([("url", "in", list(wanted))])
        styles = {one.url: one.raw.decode() for one in found if one.raw}

        def replace(link):
            style = styles.get(link[1])
            return f"<style>{style}</style>" if style and "</style" not in style else link[0]

        return [_STYLESHEET.sub(replace, body) for body in bodies]
