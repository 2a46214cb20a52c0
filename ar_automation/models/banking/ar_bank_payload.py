from datetime import timedelta

from odoo import api, fields, models

GC_LIMIT = 10_000


class ArBankPayload(models.Model):
    """What a provider said, word by word, about one transaction. For administrators only."""

    _name = "ar.bank.payload"
    _description = "Raw bank data"
    _order = "id desc"
    _rec_name = "provider_id"

    feed_id = fields.Many2one(
        "ar.bank.feed", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="feed_id.company_id", store=True, index=True)
    line_id = fields.Many2one(
        "account.bank.statement.line", readonly=True, index=True, ondelete="cascade"
    )
    sync_id = fields.Many2one(
        "ar.bank.sync", readonly=True, index="btree_not_null", ondelete="set null"
    )
    provider_id = fields.Char("Provider's name of it", readonly=True)
    content = fields.Text(readonly=True)
    expires_date = fields.Date(required=True, readonly=True, index=True)

    @api.model
    def _store(self, feed, sync, items):
        """Keep raw texts.

        :param items: ``[(line id, provider id, text)]``; empty texts are left out.
        """
        days = feed.connection_id.payload_days
        if days <= 0:
            return
        expires = fields.Date.today() + timedelta(days=days)
        self.sudo().create(
            [
                {
                    "feed_id": feed.id,
                    "line_id": line_id,
                    "sync_id": sync.id,
                    "provider_id": provider_id,
                    "content": content,
                    "expires_date": expires,
                }
                for line_id, provider_id, content in items
                if content
            ]
        )

    @api.autovacuum
    def _gc_expired(self):
        """Delete what was kept long enough."""
        expired = self.sudo().search([("expires_date", "<", fields.Date.today())], limit=GC_LIMIT)
        expired.unlink()
        return len(expired), len(expired) == GC_LIMIT
