import logging

from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...engine.invoicing.delivery import CHANNEL_OF_METHOD
from ...engine.invoicing.delivery_state import OPEN
from ..automation.job_runner import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)


class AccountMoveSend(models.AbstractModel):
    """Core's way of sending, told to leave the last step, the mail server, to the job."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):  # noqa: FBT002
        # EXTENDS 'account'
        settings = super()._get_default_sending_settings(
            move, from_cron=from_cron, **custom_settings
        )
        settings["ar_message_id"] = custom_settings.get("ar_message_id")
        settings["ar_aboard"] = custom_settings.get("ar_aboard")
        return settings

    @api.model
    def _get_default_mail_template_id(self, move):
        # EXTENDS 'account': core fails with the technical name of what is missing
        try:
            return super()._get_default_mail_template_id(move)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The mail template for %s was deleted. Update the Invoicing app to restore it.",
                    move.display_name,
                )
            ) from error

    @api.model
    def _get_mail_params(self, move, move_data):
        # EXTENDS 'account': these end up in message_post
        params = super()._get_mail_params(move, move_data)
        if params and move_data.get("ar_message_id"):
            params |= {"message_id": move_data["ar_message_id"], "force_send": False}
            if move_data.get("ar_aboard"):
                self._ar_add_aboard(params, move_data)
        elif params and move_data.get("ar_mail"):
            params["message_id"] = move_data["ar_mail"].message_id
        return params

    @api.model
    def _ar_add_aboard(self, params, move_data):
        """Add the other invoices that leave with a mail: their files, and a list of them."""
        moves, env = move_data["ar_aboard"], self.with_context(lang=move_data["mail_lang"]).env
        rows = Markup("").join(
            Markup("<li>%s: %s</li>")
            % (move.name, formatLang(env, move.amount_total, currency_obj=move.currency_id))
            for move in moves
        )
        said = Markup("<p>%s</p><ul>%s</ul>") % (env._("Attached as well:"), rows)
        files = [file for move in moves for file in self._get_invoice_extra_attachments(move)]
        params |= {
            "body": Markup(params["body"] or "") + said,  # noqa: S704 - core rendered it
            "subject": env._(
                "%(subject)s and %(count)s more", subject=params["subject"], count=len(moves)
            ),
            "attachments": params["attachments"] + [(file.name, file.raw) for file in files],
        }

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):  # noqa: FBT002
        # EXTENDS 'account': what a person sends needs not be sent by the job, and is watched too
        by_person = {
            move: move_data
            for move, move_data in moves_data.items()
            if move.is_sale_document() and not move_data.get("ar_message_id")
        }
        for move, move_data in by_person.items():
            if move.ar_delivery_state != "unknown":
                self._ar_watch(move, move_data)
        result = super()._hook_if_success(moves_data, from_cron=from_cron)
        for move in by_person:
            self._ar_link_letter(move)
        return result

    @api.model
    def _ar_watch(self, move, move_data):
        """Start the deliveries of what a person sends with core's button."""
        channels = {
            CHANNEL_OF_METHOD.get(method, "network"): method
            for method in sorted(set(move_data["sending_methods"]) - {"manual"})
            if self._is_applicable_to_move(method, move, **move_data)
        }
        if not channels:
            return
        waiting = move._ar_current_deliveries().filtered(lambda one: one.state in OPEN)
        sentence = self.env._("Sent by %s with the button Send.", self.env.user.name)
        waiting.ar_note("cancelled", sentence)
        deliveries = move.ar_deliver(list(channels)).sudo()
        deliveries.ar_note("queued", sentence, by_person=True, attempts=1)
        mail = deliveries.filtered(lambda one: one.channel == "email")
        partners = self.env["res.partner"].browse(move_data.get("mail_partner_ids") or [])
        mail.message_id = move._ar_delivery_message_id()
        mail.address = ", ".join(partners.filtered("email").mapped("email"))
        move_data["ar_mail"] = mail
        if "network" in channels and "peppol_move_state" in move._fields:
            move.peppol_move_state = move.peppol_move_state

    @api.model
    def _ar_link_letter(self, move):
        letter = move._ar_current_deliveries("letter").filtered("by_person")
        if letter:
            letter.letter_id = self.env["snailmail.letter"].search(
                [("model", "=", move._name), ("res_id", "=", move.id)], order="id desc", limit=1
            )

    @api.model
    def _ar_find_recipients(self, move):
        """Partners with a valid address to which core would mail ``move``."""
        template = self._get_default_mail_template_id(move)
        lang = self._get_default_mail_lang(move, template)
        partners = self._get_default_mail_partner_ids(move, template, lang)
        # an address with a line break is an accident or an attack: what follows it is no address
        return partners.filtered(
            lambda partner: partner.email_normalized and len(partner.email.splitlines()) == 1
        )

    @api.model
    def _ar_render_document(self, move):
        """Render and attach the PDF of ``move``, unless it is there already.

        :raises UserError: with the reason why it cannot be rendered.
        """
        if not move.invoice_pdf_report_id:
            self._ar_render(move)

    @api.model
    def _ar_render_documents(self, moves):
        """Render and attach the PDFs that ``moves`` of one company lack, beside each other.

        What cannot be rendered is left without, and keeps no other one back: whoever needs it
        asks :meth:`_ar_render_document` for the reason.

        :return: the moves that have none now.
        """
        missing = moves.filtered(lambda move: not move.invoice_pdf_report_id)
        failed = self._ar_render_some(missing) if missing else missing
        failed.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        return failed

    @api.model
    def _ar_render_some(self, moves):
        try:
            with self.env.cr.savepoint():
                self._ar_render(moves)
                self.env.flush_all()
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - each comes up again when it is rendered alone
            _logger.info("%s invoices not rendered together: %s", len(moves), error)
            return self._ar_render_rest(moves, getattr(error, "res_ids", ()))
        return moves.browse()

    @api.model
    def _ar_render_rest(self, moves, failed_ids):
        """Go on without those that failed, or by halves where nobody knows which those are."""
        failed = moves & moves.browse(failed_ids)
        if len(moves) == 1 or failed == moves:
            return moves
        if failed:
            return failed | self._ar_render_some(moves - failed)
        half = len(moves) // 2
        return self._ar_render_some(moves[:half]) | self._ar_render_some(moves[half:])

    @api.model
    def _ar_render(self, moves):
        unsent = moves.filtered(lambda move: not move.is_move_sent)
        # no mail is written here: its text would be rendered in vain
        data = {
            move: self._get_default_sending_settings(move, sending_methods=["manual"])
            for move in moves
        }
        self._generate_invoice_documents(data)
        errors = {move: values for move, values in data.items() if values.get("error")}
        if errors:
            self._hook_if_errors(errors)
        # core calls an invoice sent once it has a PDF
        unsent.is_move_sent = False
