from odoo import models

NEWS = {"sent": "sent", "error": "failed", "canceled": "cancelled"}


class SnailmailLetter(models.Model):
    """What the print service says of a letter is told to its delivery."""

    _inherit = "snailmail.letter"

    def write(self, vals):
        """EXTENDS snailmail: news of a letter reach its delivery."""
        result = super().write(vals)
        news = NEWS.get(vals.get("state"))
        if news:
            deliveries = self.env["ar.delivery"].sudo().search([("letter_id", "in", self.ids)])
            for delivery in deliveries:
                said = " ".join((delivery.letter_id.info_msg or "").split())
                delivery.ar_note(news, said or self.env._("Said the print service."))
        return result
