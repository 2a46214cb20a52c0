from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """Who gets an invoice by mail, and in which language, by the customer's policy."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_lang(self, move, mail_template):
        # EXTENDS 'account'
        if move.is_sale_document() and move._ar_effective_policy().lang:
            return move._ar_invoice_lang()
        return super()._get_default_mail_lang(move, mail_template)

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        # EXTENDS 'account'
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        if not move.is_sale_document():
            return partners
        instead, copies = move.partner_id._ar_invoice_recipients(move.company_id)
        if instead:
            partners = partners - move.partner_id | instead
        return partners | copies
