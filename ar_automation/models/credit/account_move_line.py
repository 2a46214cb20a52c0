from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    ar_disputed_amount = fields.Monetary(
        "Disputed",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="The part of what is open that the customer contests.",
    )

    _ar_disputed_idx = models.Index("(partner_id) WHERE ar_disputed_amount > 0")
    # what the exposure reads of open items, without going to the table for each of them
    _ar_exposure_idx = models.Index(
        """(partner_id) INCLUDE (account_id, company_id, company_currency_id, amount_residual,
                                 date_maturity, date)
           WHERE reconciled IS NOT TRUE AND parent_state = 'posted' AND amount_residual != 0"""
    )
