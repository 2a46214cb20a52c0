import re

from odoo import models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.exceptions import UserError
from odoo.http import request

from ...engine.invoicing.pdf_page import runs_script, without_delay
from .pdf_join import join_documents
from .pdf_pool import PrintJob, print_all

# A program that hangs, together with others and then alone, must end before Odoo ends the
# worker, by default after 120 seconds.
TIMEOUT_PARAMETER, TIMEOUT_SECONDS = "ar_automation.pdf_timeout", 40.0
# Core cuts the tables of longer pages into parts.
LONG_PAGE = 4 * 1024 * 1024
_STYLESHEET = re.compile(r'<link\b[^>]*\bhref="(/web/assets/[^"]+\.css)"[^>]*>')
_INVOICE = re.compile(r'data-oe-model="account\.move"[^>]*\bdata-oe-id="(\d+)"')


class PdfNotPrintedError(UserError):
    """Invoices that could not be printed.

    :ivar res_ids: which ones, as far as their pages say so.
    """

    def __init__(self, message, pages):
        super().__init__(message)
        self.res_ids = [int(number) for page in pages for number in _INVOICE.findall(page)]


class IrActionsReport(models.Model):
    """Invoices are printed beside each other, with a deadline, and without waiting in vain.

    Core prints all documents of a call with one process. Where wkhtmltopdf comes without the
    patched Qt, as in Debian, that process refuses more than one document.
    """

    _inherit = "ir.actions.report"

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
        contents = self._ar_print(bodies, options, str(header or ""), str(footer or ""))
        return contents[0] if len(contents) == 1 else join_documents(contents)

    def _ar_prints(self, report_ref, bodies):
        """Whether these pages are printed here: all of invoices but what core must do.

        Core hands the session of who prints to wkhtmltopdf, which may need it for pictures;
        so only what core cannot print at all is taken from it while somebody waits.
        """
        if not report_ref or self._get_report(report_ref).model != "account.move":
            return False
        if any(len(body) >= LONG_PAGE for body in bodies):
            return False
        return not request or (len(bodies) > 1 and not _wkhtml().is_patched_qt)

    def _ar_print(self, bodies, options, header, footer):
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
            raise PdfNotPrintedError(reason, [page for [page] in alone])
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
