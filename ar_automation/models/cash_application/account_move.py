from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

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
