from odoo import Command, fields, models


class AccountMove(models.Model):
    """What an invoice takes from its customer's invoicing policy."""

    _inherit = "account.move"

    ar_invoice_policy_id = fields.Many2one(
        "ar.invoice.policy",
        "Invoicing policy",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Policy by which orders were put on this invoice.",
    )
    ar_policy_date = fields.Date(
        "Collective invoice of",
        copy=False,
        readonly=True,
        help="Date of the policy for which orders were collected on this invoice.",
    )
    ar_policy_partner_id = fields.Many2one(
        "res.partner", "Ordered by", copy=False, readonly=True, ondelete="restrict"
    )

    _ar_policy_idx = models.Index(
        "(ar_policy_partner_id, ar_policy_date) WHERE ar_policy_date IS NOT NULL"
    )

    # === PRIVATE METHODS ===#

    def _ar_effective_policy(self):
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.ar_effective_invoice_policy_id.sudo()

    def _ar_channel(self):
        # EXTENDS: the policy's channel for customers that have none
        customer = self.commercial_partner_id.with_company(self.company_id)
        if customer.invoice_sending_method:
            return super()._ar_channel()
        return self._ar_effective_policy().channel or super()._ar_channel()

    def _ar_recipient_facts(self, kinds):
        # EXTENDS: mails may go to somebody else than the invoice address
        facts = super()._ar_recipient_facts(kinds)
        instead, _copies = self.partner_id._ar_invoice_recipients(self.company_id)
        if instead:
            facts["has_email"] = True
        return facts

    def _ar_add_fee(self, policy):
        """Add a policy's fee to drafts that ask for money, if it is wanted beyond orders."""
        if not policy._charges_fee_beyond_orders():
            return
        for move in self.filtered(lambda one: one.move_type == "out_invoice" and one.amount_total):
            fee = policy._prepare_fee_vals(move.currency_id, move.invoice_date)
            move.invoice_line_ids = [Command.create(fee)]

    def _ar_invoice_lang(self):
        """Language of the document and of its mail."""
        self.ensure_one()
        if self.is_sale_document() and self._ar_effective_policy().lang:
            return self._ar_effective_policy().lang
        return self.partner_id.lang
