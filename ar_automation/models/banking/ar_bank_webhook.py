from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ...banking.webhook import WINDOW, WebhookError, verify

CRON = "ar_automation.ir_cron_bank_sync"


class ArBankWebhook(models.Model):
    """A message by which a provider reported news: kept for as long as it could be replayed."""

    _name = "ar.bank.webhook"
    _description = "Message of a bank"
    _order = "id desc"
    _rec_name = "digest"
    _log_access = False

    connection_id = fields.Many2one(
        "ar.bank.connection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    digest = fields.Char(required=True, readonly=True)
    received_at = fields.Datetime(required=True, readonly=True, index=True)

    _digest_unique = models.UniqueIndex(
        "(connection_id, digest)", "This message was received before."
    )

    @api.model
    @api.private
    def ar_receive(self, token, body, header):
        """Take a message and have its connection fetched soon.

        :param str token: the connection's own part of the address.
        :param bytes body: the message as it came.
        :param str header: the signature header.
        :return: whether the message was proven; a message that comes again does nothing.
        """
        # sudo: a bank has no user here; what it may do is proven by its signature
        connection = (
            self.env["ar.bank.connection"].sudo().search([("webhook_token", "=", token)], limit=1)
        )
        if not token or not connection:
            return False
        now = fields.Datetime.now()
        try:
            message = verify(
                body,
                header,
                secrets=[connection.webhook_secret or ""],
                now=now.replace(tzinfo=timezone.utc),
            )
        except WebhookError:
            return False
        if self.sudo()._note(connection, message.digest, now):
            self._call_soon(connection)
        return True

    def _note(self, connection, digest, now):
        """Return whether the message is new."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO ar_bank_webhook (connection_id, digest, received_at)
                        VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
                connection.id,
                digest,
                now,
            )
        )
        return bool(self.env.cr.rowcount)

    def _call_soon(self, connection):
        cron = self.env.ref(CRON).sudo()
        if connection.try_lock_for_update(allow_referencing=True):
            connection.next_sync_at = False
            cron._trigger()
        else:  # it is being fetched; what is new may have come too late for that
            cron._trigger(fields.Datetime.now() + timedelta(minutes=5))

    @api.autovacuum
    def _gc_old(self):
        """Delete what is too old to be replayed."""
        self.sudo().search([("received_at", "<", fields.Datetime.now() - 2 * WINDOW)]).unlink()
