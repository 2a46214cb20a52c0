from dataclasses import replace

from odoo import api, models

from .booking import set_customers
from .bulk_assign import assign


class AccountBankStatementLine(models.Model):
    """Matching of new lines while they are created."""

    _inherit = "account.bank.statement.line"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_foresee(self):
        """Decide new lines of one company whose entries have no items yet.

        Lines that pay one customer get that customer. Items that will be settled are locked,
        as a matching locks them.

        :return: :class:`Foreseen`, whose ``accounts`` the entries are to be written on, and
            which :meth:`ar_settle` is to be called with.
        """
        company = self.company_id
        lines = self.with_company(company)
        # core takes an entry without a suspense item for reconciled
        for name in ("is_reconciled", "amount_residual"):
            self.env.remove_to_compute(self._fields[name], lines)
        foreseen = lines._ar_decide(company)
        straight = [
            booking
            for booking in lines._ar_prepare_bookings(foreseen.outcomes)
            if booking.is_plain(*booking.line._ar_paid())
        ]
        if straight:
            set_customers({booking.line: booking.partner for booking in straight})
            # nobody learns from them as if a person had matched them
            assign("ar_match_state", {booking.line: "matched" for booking in straight})
        return replace(
            foreseen, accounts={booking.line.id: booking.account.id for booking in straight}
        )

    @api.private
    def ar_settle(self, foreseen):
        """Settle and store what was foreseen of these lines, now that their entries are posted.

        :param foreseen: what :meth:`ar_foresee` returned.
        :raises UserError: as booking does; whoever catches it has to take back the lines, too.
        """
        company = self.company_id
        self.with_company(company)._ar_apply_batch(company, foreseen)

    # === HELPERS ===#

    def _ar_paid(self):
        """Currency and amount of the payment, as its entry will have them."""
        if self.foreign_currency_id:
            return self.foreign_currency_id, self.amount_currency
        return self.currency_id, self.amount
