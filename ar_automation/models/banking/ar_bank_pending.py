from odoo import fields, models


class ArBankPending(models.Model):
    """What a bank told about an account and what is no statement line.

    *Announced* transactions are not booked yet; they vanish when the bank books or drops them.
    *Held back* ones are booked by the bank, but on a day that is locked in the books: a
    person opens the period, and the next fetch takes them in.
    """

    _name = "ar.bank.pending"
    _description = "Announced bank transaction"
    _order = "date desc, id desc"
    _rec_name = "payment_ref"

    feed_id = fields.Many2one(
        "ar.bank.feed", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="feed_id.company_id", store=True, index=True)
    journal_id = fields.Many2one(related="feed_id.journal_id", store=True, index=True)
    kind = fields.Selection(
        [("announced", "Announced"), ("held", "Held back")], required=True, readonly=True
    )
    provider_id = fields.Char("Provider's name of it", readonly=True)
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one(related="feed_id.currency_id")
    partner_name = fields.Char("Counterparty", readonly=True)
    account_number = fields.Char(readonly=True)
    payment_ref = fields.Char("Label", readonly=True)
    end_to_end_id = fields.Char("End-to-end reference", readonly=True)
    bank_reference = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, help="Why it is held back, and what to do.")
    fetch_id = fields.Many2one(
        "ar.bank.sync", "Last told", readonly=True, ondelete="set null", index="btree_not_null"
    )
