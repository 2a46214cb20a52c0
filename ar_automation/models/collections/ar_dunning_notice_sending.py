from odoo import Command, fields, models


class ArDunningNotice(models.Model):
    """How a reminder leaves: by the channel of its level, once."""

    _inherit = "ar.dunning.notice"

    # === PRIVATE METHODS ===#

    def _note_sent(self):
        """Write all that sending writes, before the mail: nothing can fail after it left."""
        self.ensure_one()
        self._update_state({"ready", "failed"}, "sent", self._describe_sending())
        self._get_documents().write({"res_model": "res.partner", "res_id": self.partner_id.id})
        self._ask_person_to_act()
        self.env["ar.audit.event"].ar_append(
            self.company_id,
            [
                self._prepare_event(
                    "sent",
                    self.env._(
                        "%(level)s sent to %(customer)s at %(address)s.",
                        level=self.level_id.name,
                        customer=self.partner_id.display_name,
                        address=self.recipient,
                    ),
                )
            ],
        )

    def _describe_sending(self):
        sentences = {
            "email": self.env._("Sent to %s.", self.recipient),
            "letter": self.env._("Waits to be printed for %s.", self.recipient),
            "sms": self.env._("Text message to %s.", self.recipient),
            "call": self.env._("A person was asked to call."),
            "portal": self.env._("Shown on the invoices in the customer portal."),
        }
        return sentences[self.channel]

    def _hand_over(self):
        """Give the reminder to its channel. Only the mail leaves our database with this."""
        hand_over = {
            "email": self._send_mail,
            "letter": self._log_in_chatter,
            "sms": self._queue_text_message,
            "call": self._log_in_chatter,
            "portal": self._publish,
        }
        hand_over[self.channel]()

    def _send_mail(self):
        self.mail_id = self.env["mail.mail"].ar_send_now(self._prepare_mail_vals())

    def _log_in_chatter(self):
        """Keep letters and calls in the customer's chatter; nothing is mailed."""
        self.partner_id._message_log(
            subject=self.subject,
            body=self.body,
            attachment_ids=self._get_documents().ids,
        )

    def _queue_text_message(self):
        """Odoo's own queue of text messages sends it and keeps its outcome."""
        text = self.env._(
            "%(subject)s: %(amount)s", subject=self.subject, amount=self.amount_by_currency
        )
        self.env["sms.sms"].create(
            {"number": self.recipient, "body": text, "partner_id": self.contact_id.id}
        )
        self.partner_id._message_log(subject=self.subject, body=text)

    def _publish(self):
        """Write under each raised invoice in the portal, and mail nobody about it."""
        moves = self.line_ids.filtered("level_id").move_id
        for move in moves:
            move._portal_ensure_token()
        # created and not posted: posting would also mail every follower
        self.env["mail.message"].create(
            [
                {
                    "model": "account.move",
                    "res_id": move.id,
                    "record_name": move.display_name,
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "author_id": self.company_id.partner_id.id,
                    "email_from": self.company_id.email_formatted,
                    "subject": self.subject,
                    "body": self.body,
                }
                for move in moves
            ]
        )

    def _prepare_mail_vals(self):
        company = self.company_id
        sender = company.email_formatted or self.env.user.email_formatted
        reply_to = self.policy_id.reply_to
        if not reply_to:
            reply_to = self.partner_id._notify_get_reply_to(default=sender)[self.partner_id.id]
        return {
            "model": "res.partner",
            "res_id": self.partner_id.id,
            "record_name": self.partner_id.display_name,
            "author_id": company.partner_id.id,
            "email_from": sender,
            "reply_to": reply_to,
            "email_to": self.recipient,
            "subject": self.subject,
            "body": self.body,
            "body_html": self.body,
            "subtype_id": self.env.ref("mail.mt_note").id,
            "attachment_ids": [Command.set(self._get_documents().ids)],
        }

    def _ask_person_to_act(self):
        if not (self.level_id.create_activity or self.channel == "call"):
            return
        user = (
            self.partner_id.user_id
            or self.policy_id.responsible_id
            or self.env.ref("base.user_admin")
        )
        summary = self.env._("%s sent: call the customer", self.level_id.name)
        if self.channel == "call":
            summary = self.env._(
                "%(level)s: call %(contact)s, %(number)s",
                level=self.level_id.name,
                contact=self.contact_id.name,
                number=self.recipient or self.env._("number unknown"),
            )
        vals = {
            "summary": summary,
            "note": self.env._("Overdue: %s", self.amount_by_currency),
            "date_deadline": fields.Date.context_today(self),
        }
        call = self._find_open_call(user)
        if call:
            call.write(vals)
        else:
            call = self.partner_id.activity_schedule(
                "mail.mail_activity_data_call", user_id=user.id, **vals
            )
        self.activity_id = call

    def _find_open_call(self, user):
        """The call that an earlier reminder asked for and nobody made: it is asked for once."""
        # sudo: the job's user may not see what others have to do
        earlier = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("activity_id.active", "=", True),
                ("activity_id.user_id", "=", user.id),
            ],
            limit=1,
        )
        return earlier.activity_id
