from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import hmac

MOST_PER_HOUR = 10


class ArCreditAttempt(models.Model):
    """That somebody sent an application form; kept for a day, to stop who sends too many.

    Of the sender only a keyed hash of the network address is kept.
    """

    _name = "ar.credit.attempt"
    _description = "Sent application form"
    _log_access = False

    sender = fields.Char(required=True)
    sent_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _recent = models.Index("(sender, sent_at)")

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_count_in(self, address):
        """Note an attempt from a network address; return whether it was still allowed."""
        attempts = self.sudo()
        sender = hmac(attempts.env, "ar_credit_attempt", address)
        now = fields.Datetime.now()
        sent = attempts.search_count(
            [("sender", "=", sender), ("sent_at", ">", now - timedelta(hours=1))]
        )
        if sent >= MOST_PER_HOUR:
            return False
        attempts.create({"sender": sender, "sent_at": now})
        return True

    # === PRIVATE METHODS ===#

    @api.autovacuum
    def _gc_attempts(self):
        self.search(
            [("sent_at", "<", fields.Datetime.now() - timedelta(days=1))], limit=10_000
        ).unlink()
