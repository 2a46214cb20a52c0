from odoo import api, models

from ...engine.invoicing.delivery import CHANNEL_OF_METHOD
from ...engine.invoicing.delivery_state import OPEN


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
        return settings

    @api.model
    def _get_mail_params(self, move, move_data):
        # EXTENDS 'account': these end up in message_post
        params = super()._get_mail_params(move, move_data)
        if params and move_data.get("ar_message_id"):
            params |= {"message_id": move_data["ar_message_id"], "force_send": False}
        elif params and move_data.get("ar_mail"):
            params["message_id"] = move_data["ar_mail"].message_id
        return params

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
        return partners.filtered("email_normalized")

    @api.model
    def _ar_render_document(self, move):
        """Render and attach the PDF of ``move``, unless it is there already.

        :raises UserError: with the reason why it cannot be rendered.
        """
        if move.invoice_pdf_report_id:
            return
        was_sent = move.is_move_sent
        data = {move: self._get_default_sending_settings(move, sending_methods=["email"])}
        self._generate_invoice_documents(data)
        if data[move].get("error"):
            self._hook_if_errors(data)
        # core calls an invoice sent once it has a PDF
        move.is_move_sent = was_sent
