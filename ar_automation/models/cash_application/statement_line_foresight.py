from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from .booking import book
from .foresight import Foreseen
from .hold_back import object_to_day
from .line_facts import facts_of_values, partners_of


class AccountBankStatementLine(models.Model):
    """Matching of new lines while they are created."""

    _inherit = "account.bank.statement.line"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_foresee(self, vals_list):
        """Decide lines of one company that are about to be created.

        Items that will be settled are locked, as a matching locks them.

        :param vals_list: values as ``create`` takes them.
        :return: :class:`Foreseen`, which :meth:`ar_settle` is to be called with, and the values
            to create the lines with: those that pay one customer have that customer and
            the account of its items as ``counterpart_account_id``.
        """
        company = self.env["account.journal"].browse(vals_list[0]["journal_id"]).company_id
        lines = self.browse().with_company(company)
        facts, locks = facts_of_values(company, vals_list), {}
        days = {line.line_id: line.day for line in facts}
        outcomes = lines._ar_decide_facts(
            company, facts, lambda number: object_to_day(company, days[number], locks)
        )
        partners = partners_of(self.env, vals_list)
        by_number = dict(zip(outcomes, vals_list, strict=True))
        before = {
            number: partners.browse(vals.get("partner_id") or ()).with_prefetch(partners.ids)
            for number, vals in by_number.items()
        }
        straight = lines._ar_find_straight(outcomes)
        for number, booking in straight.items():
            by_number[number] = by_number[number] | _prepare_straight(booking, before[number])
        foreseen = Foreseen(outcomes, before, frozenset(straight))
        return foreseen, list(by_number.values())

    @api.private
    def ar_settle(self, foreseen):
        """Settle and store what was foreseen of these lines, now that their entries are posted.

        :param foreseen: what :meth:`ar_foresee` returned; the lines are in its order.
        :raises UserError: as booking does; whoever catches it has to take back the lines, too.
        """
        company = self.company_id
        self.with_company(company)._ar_apply_batch(company, foreseen.told_of(self))

    @api.private
    def ar_apply_what_goes(self):
        """Match lines of one company together, but for those whose booking is refused.

        The refused ones are left without a word, so that the job comes across them and reports
        why. They take part in the decision all the same: what they want is nobody else's.

        :return: the refused lines, with the reason: ``{line: str}``
        """
        company = self.company_id
        lines = self.with_company(company)._ar_open()
        lines = lines.try_lock_for_update(allow_referencing=True)
        foreseen = lines._ar_decide(company)
        refused = lines._ar_find_refused(lines._ar_prepare_bookings(foreseen.outcomes))
        for line in refused:
            del foreseen.outcomes[line.id]
        lines.browse(foreseen.outcomes)._ar_apply_batch(company, foreseen)
        return refused

    # === HELPERS ===#

    def _ar_find_straight(self, outcomes):
        """The bookings that only have to be settled: ``{number of the line: Booking}``."""
        bookings = self._ar_prepare_bookings(
            {
                number: found
                for number, found in outcomes.items()
                if found.verdict == "matched" and found.proposals[0].allocation
            }
        )
        currencies = self._ar_currencies()
        straight = {}
        for booking in bookings:
            number = booking.line.id
            payment = outcomes[number].payment
            booking = replace(booking, line=self.browse())  # there is none yet
            if booking.is_plain(currencies[payment.currency], float(payment.amount)):
                straight[number] = booking
        return straight

    def _ar_find_refused(self, bookings):
        """Try bookings, take them back, and halve those that fail: ``{line: reason}``."""
        if not bookings:
            return {}
        with self.env.cr.savepoint() as savepoint:
            try:
                book(bookings)
                self.env.flush_all()
                return {}
            except UserError as error:
                reason = str(error)
            finally:
                savepoint.rollback()
        if len(bookings) == 1:
            return {bookings[0].line: reason}
        half = len(bookings) // 2
        return self._ar_find_refused(bookings[:half]) | self._ar_find_refused(bookings[half:])


def _prepare_straight(booking, partner):
    """The values that let a new line pay one customer from the start."""
    keeps = partner.commercial_partner_id == booking.partner
    return {
        "partner_id": (partner if keeps else booking.partner).id,
        "counterpart_account_id": booking.account.id,
        # nobody learns from it as if a person had matched it
        "ar_match_state": "matched",
    }
