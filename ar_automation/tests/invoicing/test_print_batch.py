"""Letters for the post room: in order, each once, and sent only when they were printed."""

import base64
import io
import zipfile
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from pypdf import PdfReader, PdfWriter

from .common import DAY, InvoicingCase


def page(width):
    """A PDF of one page that can be told from others by its width."""
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width, 842)
    writer.write(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPrintBatch(InvoicingCase):
    def setUp(self):
        super().setUp()
        report = type(self.env["ir.actions.report"])
        self.broken = self.env["account.move"]

        def render(report, reference, res_ids=None, data=None):
            if set(res_ids) & set(self.broken.ids):
                raise OSError("wkhtmltopdf failed")
            return dict.fromkeys(res_ids), "pdf"

        def split(report, reference, content, kind):
            return {res_id: page(1000 + res_id) for res_id in content}

        self.startPatcher(patch.object(report, "_pre_render_qweb_pdf", render))
        self.startPatcher(patch.object(report, "_get_splitted_report", split))
        self.job = self.env["ar.job.invoicing.printing"].sudo()

    def create_letters(self, *places):
        """Letters that wait for the post room, to places such as ``BE 1000``."""
        moves = self.env["account.move"]
        for place in places:
            country, postcode = place.split()
            partner = self.customer.copy(
                {
                    "name": place,
                    "street": "Street 1",
                    "zip": postcode,
                    "city": "Town",
                    "country_id": self.env.ref(f"base.{country.lower()}").id,
                }
            )
            moves |= self.create_posted_invoice(partner)
        moves.ar_deliver(["letter"])
        self.run_job(self.delivery_job)
        return moves.ar_delivery_ids.sorted("id")

    def run_job(self, job, **kwargs):
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            return job.ar_run_job(self.company, DAY, **kwargs)

    def make_batch(self, letters):
        return self.env["ar.print.batch"].browse(letters.action_print_batch()["res_id"])

    def widths(self, batch):
        reader = PdfReader(io.BytesIO(base64.b64decode(batch.pdf)))
        return [int(sheet.mediabox.width) - 1000 for sheet in reader.pages]

    def test_letters_lie_in_the_order_of_postcodes_and_are_sent_once_printed(self):
        self.company.country_id = self.env.ref("base.be")
        letters = self.create_letters("FR 75001", "BE 9000", "BE 1000")
        batch = self.make_batch(letters)
        order = (letters[2] | letters[1] | letters[0]).move_id.ids
        self.assertEqual(self.widths(batch), order)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(batch.archive))) as archive:
            self.assertEqual(len(archive.namelist()), 3)
            self.assertEqual(archive.read(archive.namelist()[0]), page(1000 + order[0]))
        self.assertEqual((batch.letter_count, batch.page_count, batch.state), (3, 3, "draft"))
        self.assertEqual(set(letters.mapped("state")), {"by_hand"}, "not printed yet")
        batch.action_printed()
        self.assertEqual(set(letters.mapped("state")), {"sent"})
        self.assertEqual(set(letters.move_id.mapped("ar_delivery_state")), {"sent"})
        self.assertEqual((batch.state, batch.printed_by_id), ("printed", self.env.user))
        self.assertTrue(batch.printed_at)
        with self.assertRaisesRegex(UserError, "still to be printed"):
            batch.action_printed()

    def test_a_letter_is_in_one_batch(self):
        letters = self.create_letters("BE 1000")
        batch = self.make_batch(letters)
        with self.assertRaisesRegex(UserError, "waits for the post room"):
            letters.action_print_batch()
        self.assertEqual(letters.message, f"In print batch {batch.name}.")
        self.assertEqual(letters.move_id.ar_delivery_message, letters.message)
        batch.action_take_back()
        self.assertEqual(letters.message, "Waits for the next print batch.")
        self.assertFalse(batch.pdf)
        self.assertNotEqual(self.make_batch(letters), batch)

    def test_a_letter_called_off_is_not_said_to_be_printed(self):
        letters = self.create_letters("BE 1000", "BE 2000")
        batch = self.make_batch(letters)
        letters[0].action_call_off()
        with self.assertRaisesRegex(UserError, "Make the files again"):
            batch.action_printed()
        batch.action_make_files()
        self.assertEqual(self.widths(batch), letters[1].move_id.ids)
        batch.action_printed()
        self.assertEqual(letters.mapped("state"), ["cancelled", "sent"])

    def test_mails_and_letters_of_the_print_service_are_left_out(self):
        mail = self.create_posted_invoice().ar_deliver(["email"])
        with self.assertRaisesRegex(UserError, "waits for the post room"):
            mail.action_print_batch()

    def test_many_letters_become_several_batches(self):
        letters = self.create_letters("BE 1000", "BE 2000", "BE 3000")
        with patch("odoo.addons.ar_automation.models.invoicing.ar_print_batch.PORTION", 2):
            letters.action_print_batch()
        self.assertEqual(sorted(letters.print_batch_id.mapped("letter_count")), [1, 2])

    def test_the_job_makes_batches_and_one_bad_pdf_stops_one_letter(self):
        letters = self.create_letters("BE 1000", "BE 2000", "BE 3000")
        self.broken = letters[1].move_id
        run = self.run_job(self.job)
        self.assertEqual(run.ar_count_by_kind(), {"to_print": 2, "failed": 1})
        self.assertEqual(self.inbox(letters).res_id, letters[1].id)
        self.assertFalse(letters[1].print_batch_id)
        self.broken = self.env["account.move"]
        self.inbox(letters).action_retry()
        self.run_job(self.job)
        self.assertTrue(letters[1].print_batch_id)
        self.assertFalse(self.inbox(letters))

    def test_the_job_runs_where_the_company_wishes(self):
        self.assertFalse(self.job._job_is_enabled(self.company))
        self.company.ar_print_automatically = True
        self.assertTrue(self.job._job_is_enabled(self.company))
        self.company.ar_letter_provider = "snailmail"
        self.assertFalse(self.job._job_is_enabled(self.company))

    def test_simulation_makes_no_batch(self):
        letters = self.create_letters("BE 1000")
        self.run_job(self.job, dry_run=True)
        self.assertFalse(letters.print_batch_id)

    def test_roles_and_companies(self):
        letters = self.create_letters("BE 1000")
        accountant = new_test_user(
            self.env, login="prt-acc", groups="account.group_account_invoice"
        )
        batch = self.make_batch(letters.with_user(accountant))
        Form(batch)
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env, login=f"prt-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            self.assertEqual(batch.with_user(user).letter_count, 1)
            with self.assertRaises(AccessError):
                batch.with_user(user).action_printed()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="prt-other",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        batches = self.env["ar.print.batch"].with_user(stranger)
        self.assertFalse(batches.search([("id", "=", batch.id)]))
        batch.with_user(accountant).action_printed()
        self.assertEqual(batch.printed_by_id, accountant)
