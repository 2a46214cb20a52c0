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

    _ar_transaction_key_unique = models.UniqueIndex(
        "(journal_id, ar_transaction_key) WHERE ar_transaction_key IS NOT NULL",
        "A transaction of this file was imported by somebody else a moment ago. "
        "Import the file again: what is known is left out.",
    )
