from odoo import api, models

AUTOMATIC_PRECEDENCE = ("auto_reply", "bulk", "junk")


class MailThread(models.AbstractModel):
    """Answers to reminders reach the collectors' list, beside the customer's chatter."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """EXTENDS mail: sort what answers a reminder, once it is in the chatter."""
        parent_id, mail_id = message_dict.get("parent_id"), message_dict.get("message_id")
        result = super()._message_route_process(message, message_dict, routes)
        if parent_id and mail_id:
            posted = self.env["mail.message"].sudo().search([("message_id", "=", mail_id)], limit=1)
            if posted:
                self.env["ar.collection.reply"].ar_receive(
                    posted, parent_id, is_automatic=_is_automatic(message)
                )
        return result

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """EXTENDS mail: a reminder that came back needs another address."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        named = message_dict.get("bounced_msg_ids") or message_dict["bounced_message"].mapped(
            "message_id"
        )
        self.env["ar.dunning.notice"].ar_note_bounce(named)
        return result


def _is_automatic(message):
    """Whether the headers say that a machine answered (RFC 3834, and what came before it)."""
    submitted = (message.get("Auto-Submitted") or "no").strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    return (
        submitted != "no" or precedence in AUTOMATIC_PRECEDENCE or bool(message.get("X-Autoreply"))
    )
