from odoo import api, fields, models

from .late_interest import LateInterest


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    ar_late_fees_settled = fields.Boolean(
        "Late interest settled",
        readonly=True,
        copy=False,
        help="The item was paid, and the interest of its whole delay is claimed.",
    )
    ar_late_fee_id = fields.Many2one(
        "ar.late.fee",
        "Late interest or fee",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The claim that this line of a debit note charges.",
    )

    # === BUSINESS METHODS ===#

    @api.private
    def ar_interest(self, date=None):
        """Late interest of receivable items, by law or contract, until a day.

        Simple interest on what was open each day; payments count from their date. What was
        paid late keeps its interest. Items of late interest itself bear none. The number of
        statements does not depend on the number of lines.

        :param datetime.date date: last day that counts, today if not given.
        :return: ``{line id: {"amount", "segments", "regime", "currency"}}``: a ``Decimal`` in
            the line's currency, rounded once; the engine's ``Segment`` each; the
            ``ar.interest.regime``, empty where none applies; the ``res.currency``.
        :raises ArError: when a regime has no reference rate for one of the days.
        """
        self.check_access("read")
        day = date or fields.Date.context_today(self)
        return LateInterest(self.env, day).compute(self)
