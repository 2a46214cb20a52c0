from contextlib import nullcontext

from odoo import Command, api, fields, models
from odoo.modules import module

from ...exceptions import ArError
from .postman import Postman


class MailMail(models.Model):
    """Sending a mail as the effect of a job: at most once, and never lost without a word.

    Core's queue sends first and commits afterwards, and does not lock what it sends, so a
    killed worker or a second one repeats mails. A job that calls :meth:`ar_send_now` in its
    ``_job_effect`` cannot: its claim is committed before, the mail is held until the
    transaction that also stores its result, so that no queue ever sees it unsent, and a
    worker that dies in between leaves an outcome that a person settles.
    """

    _inherit = "mail.mail"

    state = fields.Selection(
        selection_add=[("ar_held", "Held by a job")],
        ondelete={"ar_held": lambda mails: mails.cancel()},
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_send_now(self, values, attachments=()):
        """Create one mail and hand it to the mail server, here and now.

        Call it as the last step of ``_job_effect``, when all that the effect writes is
        written: what fails afterwards leaves the outcome unknown.

        :param dict values: of the mail: ``email_to`` or ``recipient_ids``, ``subject``,
            ``body_html``, ``email_from``, ``model``, ``res_id``, ``message_id``, …
        :param attachments: pairs of file name and content as bytes.
        :return: the mail, in state ``sent``.
        :raises ArError: see :meth:`ar_hand_over`.
        """
        files = [Command.create({"name": name, "raw": content}) for name, content in attachments]
        [mail] = self.ar_prepare(
            [{**values, "attachment_ids": [*values.get("attachment_ids", []), *files]}]
        )
        mail.ar_hand_over()
        return mail

    @api.model
    @api.private
    def ar_prepare(self, vals_list):
        """Create mails that no queue sends: only :meth:`ar_hand_over` does.

        :param vals_list: values of each, as of :meth:`ar_send_now`.
        """
        return self.sudo().create(
            [{**vals, "state": "ar_held", "auto_delete": False} for vals in vals_list]
        )

    @api.private
    def ar_discard(self):
        """Delete those that were prepared and not handed over, with what shows of them."""
        self.sudo().filtered_domain([("state", "=", "ar_held")]).unlink()

    @api.private
    def ar_hand_over(self, postman=None):
        """Hand unsent mails to their mail server.

        :param Postman postman: who was told of these mails among others; stays connected.
            It may have written them ahead.
        :raises ArError: ``not_done`` when no server took any of them: nothing left the
            house, whether trying again may help is in ``retryable``. Without ``not_done``
            a server may have taken a mail, or took it for a part of the recipients: a
            person has to look.
        """
        mails = self.sudo()
        self.env.flush_all()  # whatever the database objects to comes before the dialog
        if self.env["ir.mail_server"]._disable_send():
            mails._ar_skip_dialog()
            return
        to_delete = mails.filtered("auto_delete")
        to_delete.auto_delete = False
        with nullcontext(postman) if postman else Postman(mails) as carrier:
            carrier.watch.forget()
            for mail in mails:
                carrier.carry(mail)
            refused = carrier.watch.refused
            if refused:
                answers = "; ".join(f"{to}: {code}" for to, (code, _said) in refused.items())
                raise self._ar_partly_sent(carrier.watch, answers)
        to_delete.unlink()

    # === PRIVATE METHODS ===#

    def _ar_failure(self, watch, failure):
        """The error that says what became of the mail."""
        if watch.accepted:
            return self._ar_partly_sent(watch, failure.reason)
        sentences = {
            "mail.server_unreachable": self.env._(
                "The mail server could not be reached: %s", failure.reason
            ),
            "mail.login_refused": self.env._(
                "The mail server refused the login: %s", failure.reason
            ),
            "mail.recipient_refused": self.env._(
                "The mail server refused the recipient: %s", failure.reason
            ),
            "mail.sender_refused": self.env._(
                "The mail server refused the sender: %s", failure.reason
            ),
            "mail.too_large": self.env._(
                "The mail with its attachments is larger than the mail server takes: %s",
                failure.reason,
            ),
            "mail.message_refused": self.env._(
                "The mail server refused the message: %s", failure.reason
            ),
            "mail.not_supported": self.env._(
                "The mail server cannot transmit this message: %s", failure.reason
            ),
            "mail.address_invalid": self.env._(
                "The mail has no valid recipient or sender: %s", failure.reason
            ),
            "mail.not_built": self.env._("The mail could not be put together: %s", failure.reason),
            "mail.outcome_unknown": self.env._(
                "The connection broke while the mail was being handed over: %s", failure.reason
            ),
        }
        return ArError(
            failure.code,
            sentences[failure.code],
            hint=self._ar_hint(failure.code),
            retryable=failure.retryable,
            not_done=failure.not_done,
        )

    def _ar_hint(self, code):
        if code in ("mail.server_unreachable", "mail.login_refused"):
            return self.env._("Test the connection in Settings, Outgoing mail servers.")
        if code in ("mail.recipient_refused", "mail.address_invalid"):
            return self.env._("Correct the e-mail address of the customer, then choose Try again.")
        if code == "mail.too_large":
            return self.env._("Take attachments off the document, or choose another channel.")
        if code == "mail.outcome_unknown":
            return ""  # the inbox says what to do about unknown outcomes
        return self.env._("Ask the administrator to look at the mail server's answer.")

    def _ar_partly_sent(self, watch, reason):
        return ArError(
            "mail.partly_sent",
            self.env._(
                "The mail left for %(accepted)s, but not for everybody: %(reason)s",
                accepted=", ".join(watch.accepted),
                reason=reason,
            ),
        )

    def _ar_skip_dialog(self):
        """While tests run nothing leaves; while the registry loads nothing may be claimed to."""
        if not module.current_test:
            raise ArError(
                "mail.not_ready",
                self.env._("No mail leaves while the database is being updated."),
                retryable=True,
                not_done=True,
            )
        to_delete = self.filtered("auto_delete")
        self.write({"state": "sent", "auto_delete": False})
        self._postprocess_sent_message(success_pids=self.recipient_ids.ids, success_emails=[])
        to_delete.unlink()
