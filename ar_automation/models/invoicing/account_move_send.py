from odoo import api, models


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
        return params

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):  # noqa: FBT002
        # EXTENDS 'account': an invoice that a person sends needs not be sent by the job
        result = super()._hook_if_success(moves_data, from_cron=from_cron)
        for move, move_data in moves_data.items():
            waiting = move.ar_delivery_state in ("queued", "failed", "by_hand")
            if waiting and not move_data.get("ar_message_id") and self._ar_leaves(move, move_data):
                move._ar_update_delivery(
                    "not_needed", self.env._("Sent by hand by %s.", self.env.user.name)
                )
        return result

    @api.model
    def _ar_leaves(self, move, move_data):
        methods = set(move_data["sending_methods"]) - {"manual"}
        return any(self._is_applicable_to_move(method, move, **move_data) for method in methods)

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
