from odoo import models

NEWS = {"sent": "sent", "pending": "sent", "bounce": "bounced", "exception": "failed"}


class MailNotification(models.Model):
    """What core learns of a mail is told to its delivery.

    Mails that the job sends are noted by the job; this is for those that a person sends with
    core's own button, which wait in core's queue.
    """

    _inherit = "mail.notification"

    def write(self, vals):
        """EXTENDS mail: news of a mail reach its delivery."""
        result = super().write(vals)
        news = NEWS.get(vals.get("notification_status"))
        if news:
            self._ar_tell_deliveries(news)
        return result

    def _ar_tell_deliveries(self, news):
        named = self.sudo().mail_message_id.filtered("message_id").mapped("message_id")
        deliveries = self.env["ar.delivery"].sudo().search([("message_id", "in", named)])
        if not deliveries:
            return
        reason = self.sudo()[:1].failure_reason or ""
        if news == "bounced":
            deliveries.ar_note_bounce(deliveries.mapped("message_id"), reason[:500])
            return
        sentence = self.env._(
            "Sent by e-mail to %s.",
            ", ".join(sorted(set(filter(None, deliveries.mapped("address"))))),
        )
        deliveries.filtered(lambda one: one.state != news).ar_note(news, reason[:500] or sentence)
