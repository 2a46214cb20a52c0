"""PDFs of invoices: printed beside each other, the same as core's, and one failure is one."""

import io
import stat
import tempfile
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.addons.base.models import ir_actions_report as core
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import OdooPdfFileReader
from pypdf import PdfReader, PdfWriter

from ...models.automation.pdf_join import join_documents
from ...models.automation.pdf_pool import PrintJob, print_all
from .common import DAY, InvoicingCase

QUIET = (
    "odoo.addons.ar_automation.models.automation.job_runner",
    "odoo.addons.ar_automation.models.invoicing.account_move_send",
    "odoo.addons.base.models.ir_actions_report",
)


def drawn_on(content):
    """What is drawn on each page of a PDF; with web fonts, letters are shapes like others."""
    return [page.get_contents().get_data() for page in PdfReader(io.BytesIO(content)).pages]


def sheets_of(content):
    """The size of each page of a PDF."""
    return [page.mediabox for page in PdfReader(io.BytesIO(content)).pages]


def blank(pages):
    writer, stream = PdfWriter(), io.BytesIO()
    for _n in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(stream)
    return stream.getvalue()


class FakeProgram:
    """A wkhtmltopdf that does what a line of shell says."""

    def __init__(self, case, script):
        folder = TemporaryDirectory()
        case.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "wkhtmltopdf")
        self.path.write_text(f"#!/bin/sh\n{script}\n")
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)
        info = core._wkhtml()._replace(bin=str(self.path), is_patched_qt=False, state="ok")
        for module in ("base.models", "ar_automation.models.automation"):
            target = f"odoo.addons.{module}.ir_actions_report._wkhtml"
            case.startPatcher(patch(target, lambda: info))


@tagged("post_install", "-at_install")
class TestPdf(InvoicingCase):
    def setUp(self):
        super().setUp()
        report = type(self.env["ir.actions.report"])
        original = report._pre_render_qweb_pdf

        def render(report, reference, res_ids=None, data=None):
            return original(
                report.with_context(force_report_rendering=True), reference, res_ids, data
            )

        self.startPatcher(patch.object(report, "_pre_render_qweb_pdf", render))
        self.sender = self.env["account.move.send"]

    def create_invoices(self, count, lines=1):
        line = {"name": "Something that is sold", "price_unit": 10.0, "tax_ids": False}
        return self.env["account.move"].union(
            *(
                self.create_posted_invoice(
                    invoice_line_ids=[
                        (0, 0, {**line, "name": f"Line {row} of {number}"}) for row in range(lines)
                    ]
                )
                for number in range(count)
            )
        )

    def printed_by_core(self, move):
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_ar_prints", lambda *_args: False):
            streams, _kind = self.env["ir.actions.report"]._pre_render_qweb_pdf(
                "account.report_invoice_with_payments", res_ids=move.ids
            )
        return streams[move.id]["stream"].getvalue()

    def test_printed_together_they_are_what_core_prints_alone(self):
        # what both load from the web server may arrive or not while a test holds its lock
        self.env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:1")
        report = type(self.env["ir.actions.report"])
        self.startPatcher(
            patch.object(report, "_ar_inline_stylesheets", lambda _report, bodies: list(bodies))
        )
        moves = self.create_invoices(2) | self.create_invoices(1, lines=60)
        self.assertFalse(self.sender._ar_render_documents(moves))
        for move in moves:
            ours, theirs = move.invoice_pdf_report_id.raw, self.printed_by_core(move)
            self.assertTrue(drawn_on(ours) == drawn_on(theirs), move.name)
            self.assertEqual(sheets_of(ours), sheets_of(theirs))
        first, second, long = (drawn_on(move.invoice_pdf_report_id.raw) for move in moves)
        self.assertTrue(first != second)
        self.assertGreater(len(long), 1)
        self.assertFalse(any(moves.mapped("is_move_sent")), "they have not left")

    def test_the_job_makes_the_pdfs_of_the_next_ones_along(self):
        sink = self.start_sink()
        FakeProgram(self, f'for last; do :; done; cp "{self.blank_file()}" "$last"')
        moves = self.create_invoices(5)
        moves.ar_deliver(["email"])
        calls = []
        target = "odoo.addons.ar_automation.models.automation.ir_actions_report.print_all"

        def counted(jobs, timeout):
            calls.append(len(jobs))
            return print_all(jobs, timeout=timeout)

        with patch(target, counted), mute_logger(*QUIET):
            self.delivery_job.ar_run_job(self.company, DAY)
        self.assertEqual((calls, len(sink.messages)), ([5], 5))

    def blank_file(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "blank.pdf")
        path.write_bytes(blank(1))
        return path

    def send_with(self, script, count=3):
        """Send invoices of which the second cannot be printed as ``script`` says."""
        self.start_sink()
        moves = self.create_invoices(count)
        page = self.blank_file()
        name = moves[1].name
        FakeProgram(
            self,
            f'if grep -q "{name}" $(echo "$@" | tr " " "\\n" | grep body); then {script}; fi\n'
            f'for last; do :; done; cp "{page}" "$last"',
        )
        moves.ar_deliver(["email"])
        with mute_logger(*QUIET):
            self.delivery_job.ar_run_job(self.company, DAY)
        return moves

    def test_a_crash_of_wkhtmltopdf_stops_one_invoice(self):
        moves = self.send_with("echo 'out of memory' >&2; exit 3")
        self.assertEqual(moves.mapped("ar_delivery_state"), ["sent", "failed", "sent"])
        self.assertIn("failed with code 3. out of memory", self.inbox(moves).message)

    def test_wkhtmltopdf_that_hangs_is_ended(self):
        self.env["ir.config_parameter"].set_param("ar_automation.pdf_timeout", "0.5")
        moves = self.send_with("exec sleep 60")
        self.assertEqual(moves.mapped("ar_delivery_state"), ["sent", "failed", "sent"])
        self.assertIn("was ended after 0.5 seconds", self.inbox(moves).message)

    def test_an_empty_file_is_no_pdf(self):
        moves = self.send_with("exit 0")
        self.assertEqual(moves.mapped("ar_delivery_state"), ["sent", "failed", "sent"])

    def test_without_wkhtmltopdf_each_invoice_says_so(self):
        sink = self.start_sink()
        moves = self.create_invoices(2)
        moves.ar_deliver(["email"])
        info = core._wkhtml()._replace(state="install")
        with (
            patch("odoo.addons.base.models.ir_actions_report._wkhtml", lambda: info),
            mute_logger(*QUIET),
        ):
            self.delivery_job.ar_run_job(self.company, DAY)
        self.assertEqual(set(moves.mapped("ar_delivery_state")), {"failed"})
        self.assertEqual(len(self.inbox(moves)), 2)
        self.assertIn("Unable to find Wkhtmltopdf", self.inbox(moves)[0].message)
        self.assertFalse(sink.messages)

    def test_what_another_program_finds_on_the_way_is_missing(self):
        [printed] = print_all([PrintJob(("/nowhere/wkhtmltopdf",), ("<p/>",))], timeout=5)
        self.assertIn("could not be started", printed.reason)

    def test_pages_with_scripts_are_waited_for(self):
        log = self.blank_file().with_name("arguments")
        page = self.blank_file()
        FakeProgram(self, f'echo "$@" >> {log}; for last; do :; done; cp "{page}" "$last"')
        report = self.env["ir.actions.report"]
        reference = "account.report_invoice_with_payments"
        report._run_wkhtmltopdf(["<p>Total</p>", "<script>draw()</script>"], reference)
        delays = sorted(line.split("--javascript-delay ")[1].split()[0] for line in log.open())
        self.assertEqual(delays, ["0", "1000"])

    def test_joined_documents_say_where_each_begins(self):
        joined = join_documents([blank(2), blank(1), blank(3)])
        root = OdooPdfFileReader(io.BytesIO(joined), strict=False).trailer["/Root"]
        node, firsts = root["/Outlines"]["/First"], []
        while True:
            firsts.append(root["/Dests"][node["/Dest"]][0])
            if "/Next" not in node:
                break
            node = node["/Next"]
        self.assertEqual(firsts, [0, 2, 3])

    def test_no_file_is_left_behind(self):
        with TemporaryDirectory() as folder, patch.object(tempfile, "tempdir", folder):
            print_all([PrintJob(("false",), ("<p/>",))] * 3, timeout=5)
            self.assertFalse(list(Path(folder).iterdir()))
