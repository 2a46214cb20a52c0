from odoo import api, models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    """Bounces reach the delivery whose mail came back."""

    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # EXTENDS 'mail': by Message-Id, since the address that a server names may be another one
        result = super()._routing_handle_bounce(email_message, message_dict)
        named = message_dict.get("bounced_msg_ids") or message_dict["bounced_message"].mapped(
            "message_id"
        )
        reason = " ".join(html2plaintext(message_dict.get("body") or "").split())[:500]
        self.env["ar.delivery"].ar_note_bounce(named, reason)
        return result
