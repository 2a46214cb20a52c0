from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ar_transaction_key = fields.Char(
        "Transaction key",
        readonly=True,
        copy=False,
        help="By this key the transaction is known again when the bank reports it twice. "
        "Identical payments of one day have different keys.",
    )
    ar_import_id = fields.Many2one(
        "ar.statement.import",
        "Imported with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    ar_bank_reference = fields.Char(
        "Bank's reference", readonly=True, copy=False, help="What the bank calls this transaction."
    )
    ar_end_to_end_id = fields.Char(
        "End-to-end reference",
        readonly=True,
        copy=False,
        help="The reference that the payer gave and that every bank on the way kept.",
    )
    ar_feed_id = fields.Many2one(
        "ar.bank.feed",
        "Bank feed",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The feed that reports this transaction.",
    )
    ar_provider_id = fields.Char(
        "Provider's name of it",
        readonly=True,
        copy=False,
        help="By this name the provider reports the transaction again, when it changes too.",
    )
    ar_feed_fingerprint = fields.Char(
        readonly=True, copy=False, help="Hash of what the feed said last about the transaction."
    )
    ar_payload_ids = fields.One2many(
        "ar.bank.payload", "line_id", "Raw bank data", readonly=True, groups="base.group_system"
    )

    _ar_provider_id_unique = models.UniqueIndex(
        "(ar_feed_id, ar_provider_id) WHERE ar_provider_id IS NOT NULL",
        "A transaction of this feed was stored by somebody else a moment ago. Fetch again.",
    )
    _ar_transaction_key_unique = models.UniqueIndex(
        "(journal_id, ar_transaction_key) WHERE ar_transaction_key IS NOT NULL",
        "A transaction of this file was imported by somebody else a moment ago. "
        "Import the file again: what is known is left out.",
    )
