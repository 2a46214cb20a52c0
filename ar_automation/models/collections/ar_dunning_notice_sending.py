from dataclasses import dataclass
from decimal import Decimal

from odoo import Command, fields, models

from ...engine.automation.outcome import JobOutcome


@dataclass(frozen=True, slots=True)
class Departure:
    """What is written when a reminder leaves.

    :ivar event: for the audit trail.
    :ivar documents: attachments that leave with it.
    :ivar asks_for_call: somebody is to call the customer.
    """

    event: dict
    documents: models.Model
    outcome: JobOutcome
    asks_for_call: bool


class ArDunningNotice(models.Model):
    """How a reminder leaves: by the channel of its level, once."""

    _inherit = "ar.dunning.notice"

    # === PRIVATE METHODS ===#

    def _prepare_departure(self):
        """What :meth:`_note_sent` writes, read for many at once; see ``Departure``."""
        self.ensure_one()
        address = self.recipient
        return Departure(
            self._prepare_event(
                "sent",
                self.env._(
                    "%(level)s sent to %(customer)s at %(address)s.",
                    level=self.level_id.name,
                    customer=self.partner_id.display_name,
                    address=address,
                ),
            ),
            self._get_documents(),
            JobOutcome.done(
                self.env._("%(level)s to %(address)s", level=self.level_id.name, address=address),
                kind="sent",
                amount=Decimal(str(self.amount)),
            ),
            asks_for_call=self.level_id.create_activity or self.channel == "call",
        )

    def _note_sent(self, departure):
        """Write all that sending writes, before the mail: nothing can fail after it left."""
        self.ensure_one()
        self._update_state({"ready", "failed"}, "sent", self._describe_sending())
        departure.documents.write({"res_model": "res.partner", "res_id": self.partner_id.id})
        if departure.asks_for_call:
            self._ask_person_to_act()
        self.env["ar.audit.event"].ar_append(self.company_id, [departure.event])

    def _describe_sending(self):
        sentences = {
            "email": self.env._("Sent to %s.", self.recipient),
            "letter": self.env._("Waits to be printed for %s.", self.recipient),
            "sms": self.env._("Text message to %s.", self.recipient),
            "call": self.env._("A person was asked to call."),
            "portal": self.env._("Shown on the invoices in the customer portal."),
        }
        return sentences[self.channel]

    def _hand_over(self, postman):
        """Give the reminder to its channel. Only the mail leaves our database with this.

        :param Postman postman: connected to the mail server.
        """
        if self.channel == "email":
            self.mail_id.ar_hand_over(postman)
            return
        hand_over = {
            "letter": self._log_in_chatter,
            "sms": self._queue_text_message,
            "call": self._log_in_chatter,
            "portal": self._publish,
        }
        hand_over[self.channel]()

    def _prepare_mails(self):
        """Make the mails of those that leave by e-mail; they are held until they leave."""
        self.mail_id.ar_discard()
        notices = self.filtered_domain([("channel", "=", "email")])
        replies = notices._find_reply_addresses()
        mails = self.env["mail.mail"].ar_prepare(
            [notice._prepare_mail_vals(replies[notice.id]) for notice in notices]
        )
        for notice, mail in zip(notices, mails, strict=True):
            notice.mail_id = mail

    def _settle_mail(self, state):
        """Do with the mail that was prepared as the spine found out about its sending."""
        # sudo: who settles an unknown outcome need not be allowed to see mails
        held = self.sudo().mail_id.filtered_domain([("state", "=", "ar_held")])
        if state == "done":
            held.state = "sent"
        elif state != "unknown":
            held.ar_discard()

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

    def _find_sender(self):
        return self.company_id.email_formatted or self.env.user.email_formatted

    def _find_reply_addresses(self):
        """Where answers go, by reminder: as the policy says, else to the customer's thread."""
        addresses = {}
        for company, notices in self.grouped("company_id").items():
            customers = notices.partner_id.with_company(company)
            threads = customers._notify_get_reply_to(default=notices[:1]._find_sender())
            for notice in notices:
                addresses[notice.id] = notice.policy_id.reply_to or threads[notice.partner_id.id]
        return addresses

    def _prepare_mail_vals(self, reply_to):
        return {
            "model": "res.partner",
            "res_id": self.partner_id.id,
            "record_name": self.partner_id.display_name,
            "author_id": self.company_id.partner_id.id,
            "email_from": self._find_sender(),
            "reply_to": reply_to,
            "email_to": self.recipient,
            "subject": self.sent_subject,
            "body": self.sent_body,
            "body_html": self.sent_body,
            "subtype_id": self.env.ref("mail.mt_note").id,
            "attachment_ids": [Command.set(self._get_documents().ids)],
        }

    def _ask_person_to_act(self):
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
