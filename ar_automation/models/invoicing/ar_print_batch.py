import base64
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every
from pypdf import PdfReader, PdfWriter

STATES = [("draft", "To be printed"), ("printed", "Printed"), ("cancelled", "Taken back")]
# More letters become several batches: a file that a printer takes, made in a minute or two.
PORTION = 100


class ArPrintBatch(models.Model):
    """Letters that the post room prints, folds and stamps together.

    Each waiting letter is in one batch. Only when somebody says that the batch was printed do
    its letters count as sent.
    """

    _name = "ar.print.batch"
    _description = "Print batch"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, tracking=True)
    delivery_ids = fields.One2many("ar.delivery", "print_batch_id", "Letters", readonly=True)
    letter_count = fields.Integer("Letters to print", readonly=True)
    page_count = fields.Integer("Pages", readonly=True)
    pdf = fields.Binary("All letters", readonly=True, attachment=True)
    pdf_name = fields.Char(compute="_compute_file_names")
    archive = fields.Binary("Single letters", readonly=True, attachment=True)
    archive_name = fields.Char(compute="_compute_file_names")
    made_at = fields.Datetime("Files made on", readonly=True)
    printed_at = fields.Datetime("Printed on", readonly=True)
    printed_by_id = fields.Many2one("res.users", "Printed by", readonly=True)

    # === COMPUTE METHODS ===#

    @api.depends("name")
    def _compute_file_names(self):
        for batch in self:
            stem = batch.name.replace("/", "-")
            batch.pdf_name, batch.archive_name = f"{stem}.pdf", f"{stem}.zip"

    # === ACTION METHODS ===#

    def action_make_files(self):
        """Make the files again, of the letters that still wait."""
        self._check_draft()
        for batch in self:
            batch._make_files()

    def action_printed(self):
        """Note that the letters were printed and posted.

        :raises UserError: a letter was called off since the files were made.
        """
        self._check_draft()
        for batch in self:
            batch._check_complete()
            message = self.env._(
                "Printed with %(batch)s by %(user)s.", batch=batch.name, user=self.env.user.name
            )
            batch.delivery_ids.ar_note("sent", message)
            batch._note_printed()

    def action_take_back(self):
        """Take the letters out of batches that were not printed; they wait for another one."""
        self._check_draft()
        # sudo: which letters are printed together belongs to the app
        letters = self.delivery_ids
        letters._ar_printable().ar_note("by_hand", letters._ar_waiting_sentence())
        self.sudo().delivery_ids.print_batch_id = False
        self.sudo().write({"state": "cancelled", "pdf": False, "archive": False})

    def action_view_letters(self):
        """Open the letters of the batch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_delivery_action")
        return {**action, "domain": [("print_batch_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_make(self, deliveries):
        """Put letters into new batches, in the order of countries and postcodes.

        :param deliveries: letters that wait for the post room, of one company.
        :return: the batches, with their files.
        :raises UserError: a letter's PDF cannot be made.
        """
        batches = self.sudo()
        for portion in split_every(PORTION, deliveries._ar_print_order().ids, deliveries.browse):
            company = portion.company_id
            batch = batches.create([{"company_id": company.id, "name": self._next_name(company)}])
            portion.sudo().print_batch_id = batch
            portion.ar_note("by_hand", self.env._("In print batch %s.", batch.name))
            batch._make_files()
            batches |= batch
        return batches.with_env(self.env)

    # === PRIVATE METHODS ===#

    @api.model
    def _next_name(self, company):
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        return sequence.next_by_code("ar.print.batch") or "/"

    def _check_draft(self):
        self.check_access("write")
        if self.filtered(lambda batch: batch.state != "draft"):
            raise UserError(self.env._("Only batches that are still to be printed can be changed."))

    def _check_complete(self):
        waiting = self.delivery_ids._ar_printable()
        if waiting == self.delivery_ids and len(waiting) == self.letter_count:
            return
        raise UserError(
            self.env._(
                "Letters of %s were called off or sent otherwise since its files were made. "
                "Choose Make the files again, and print those.",
                self.name,
            )
        )

    def _make_files(self):
        self.ensure_one()
        batch = self.sudo()
        (batch.delivery_ids - batch.delivery_ids._ar_printable()).print_batch_id = False
        letters = batch.delivery_ids._ar_print_order()
        if not letters:
            raise UserError(self.env._("No letter of %s waits to be printed.", self.name))
        files = letters._ar_print_files()
        pdf, pages = _join([content for _name, content in files])
        batch.write(
            {
                "pdf": pdf,
                "archive": _pack(files),
                "letter_count": len(letters),
                "page_count": pages,
                "made_at": fields.Datetime.now(),
            }
        )

    def _note_printed(self):
        # sudo: these fields belong to the app; the caller checked the right to write
        self.sudo().write(
            {
                "state": "printed",
                "printed_at": fields.Datetime.now(),
                "printed_by_id": self.env.uid,
            }
        )
        summary = self.env._("%(count)s letters printed.", count=self.letter_count)
        event = {"code": "invoicing.printed", "summary": f"{self.name}: {summary}", "record": self}
        self.env["ar.audit.event"].ar_append(self.company_id, [event])


def _join(contents):
    writer = PdfWriter()
    for content in contents:
        for page in PdfReader(io.BytesIO(content)).pages:
            writer.add_page(page)
    stream = io.BytesIO()
    writer.write(stream)
    return base64.b64encode(stream.getvalue()), len(writer.pages)


def _pack(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files, 1):
            archive.writestr(f"{number:03} {name}", content)
    return base64.b64encode(stream.getvalue())
