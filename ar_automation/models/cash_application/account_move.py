from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # Numbers as payers quote them: letters and digits only. The expressions are those of
    # ``payments.normalised``, else they would not be used.
    _ar_name_key_idx = models.Index(
        "(regexp_replace(upper(name), '[^A-Z0-9]', '', 'g'))"
        " WHERE state = 'posted' AND statement_line_id IS NULL"
    )
    _ar_name_digits_idx = models.Index(
        "(regexp_replace(name, '[^0-9]', '', 'g'))"
        " WHERE state = 'posted' AND statement_line_id IS NULL"
    )
    _ar_payment_reference_key_idx = models.Index(
        "(regexp_replace(upper(payment_reference), '[^A-Z0-9]', '', 'g'))"
        " WHERE state = 'posted' AND statement_line_id IS NULL"
    )
    _ar_ref_key_idx = models.Index(
        "(regexp_replace(upper(ref), '[^A-Z0-9]', '', 'g'))"
        " WHERE state = 'posted' AND statement_line_id IS NULL"
    )
    _ar_origin_key_idx = models.Index(
        "(regexp_replace(upper(invoice_origin), '[^A-Z0-9]', '', 'g'))"
        " WHERE state = 'posted' AND statement_line_id IS NULL"
    )

    def button_draft(self):
        """EXTENDS account: what was proposed to settle the entries is withdrawn."""
        self._ar_withdraw_proposals()
        return super().button_draft()

    def button_cancel(self):
        """EXTENDS account: what was proposed to settle the entries is withdrawn."""
        self._ar_withdraw_proposals()
        return super().button_cancel()

    def _ar_withdraw_proposals(self):
        """Withdraw open proposals on the entries' items, with a word on each payment."""
        proposals = (
            self.env["ar.match.proposal"]
            .sudo()
            .search([("item_ids.move_id", "in", self.ids), ("state", "=", "proposed")])
        )
        for proposal in proposals:
            gone = proposal.item_ids.move_id & self
            proposal._withdraw(
                self.env._(
                    "%(documents)s was cancelled or reset to draft by %(user)s.",
                    documents=", ".join(gone.mapped("name")),
                    user=self.env.user.name,
                )
            )
