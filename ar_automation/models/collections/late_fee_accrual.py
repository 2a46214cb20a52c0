"""Counts what customers owe for lateness until a day, and says what is to be charged now."""

from odoo.tools import SQL

from ...engine.dunning.late_fees import is_within_grace
from .late_fee_batch import LateFeeBatch
from .late_fee_interest import InterestClaims
from .late_fee_sums import LateFeeSums
from .late_interest import LateInterest


class LateFeeAccrual:
    """Late interest and fees of customers of one company.

    :param ar.late.fee.policy policy: of the company.
    :param datetime.date day: until when.
    """

    def __init__(self, policy, day):
        self.env = policy.env
        self.batch = LateFeeBatch(policy, day)
        self.counter = LateInterest(policy.env, day)

    def find_late(self, column):
        """SQL that selects a column ``l.…`` of the items whose lateness is claimed.

        These are invoices that are late, and those paid late that were not settled yet.
        """
        policy = self.batch.policy
        return SQL(
            """SELECT %(column)s
                 FROM account_move_line l
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                  AND l.display_type = 'payment_term' AND l.amount_currency > 0
                  AND m.move_type IN ('out_invoice', 'out_receipt')
                  AND m.ar_is_late_fee IS NOT TRUE
                  AND l.date_maturity >= %(claim_from)s AND l.date_maturity < %(day)s
                  AND l.no_followup IS NOT TRUE
                  AND m.payment_state IS DISTINCT FROM 'blocked'
                  AND (l.reconciled IS NOT TRUE
                       OR l.ar_late_fees_settled IS NOT TRUE AND EXISTS (
                              SELECT 1 FROM account_partial_reconcile p
                               WHERE p.debit_move_id = l.id AND p.max_date > l.date_maturity))""",
            column=column,
            company=policy.company_id.id,
            claim_from=policy.claim_from,
            day=self.batch.day,
        )

    def accrue(self, partners):
        """Bring the claims of these customers up to the day.

        :return: the ``ar.late.fee`` records that are to be charged now.
        :raises ArError: when a regime has no reference rate for one of the days.
        """
        everything = self._read_items(partners)
        items = self._choose_claimed(everything, partners)
        regimes = self.counter.find_regimes(items)
        interest = InterestClaims(self.batch, self.counter)
        due, kept = interest.accrue(items, regimes)
        interest.drop_overtaken(everything, kept)
        due |= LateFeeSums(self.batch).claim(items, regimes)
        interest.waive_small([item for item in items if item.debt.paid_on])
        self._mark_settled(everything)
        return due

    # --- private

    def _read_items(self, partners):
        self.env.flush_all()
        query = SQL("%s AND l.partner_id = ANY(%s)", self.find_late(SQL("l.id")), partners.ids)
        ids = [line_id for (line_id,) in self.env.execute_query(query)]
        return self.counter.read_items(self.env["account.move.line"].browse(ids))

    def _choose_claimed(self, items, partners):
        """The items of customers who are not exempt, late by more than the days of grace."""
        policy, day = self.batch.policy, self.batch.day
        liable = {
            partner.id
            for partner in partners.with_company(policy.company_id)
            if not partner.ar_late_fee_exempt
            and (partner.is_company or not policy.is_business_only)
        }
        return [
            item
            for item in items
            if item.partner_id in liable
            and item.is_late(day)
            and not is_within_grace(item.debt.due_date, item.debt.paid_on or day, policy.grace_days)
        ]

    def _mark_settled(self, items):
        """Paid items are not looked at again; those that are open once more are.

        By SQL: account's ``write`` balances and synchronises whole entries for a mark of ours.
        """
        for is_paid in (True, False):
            ids = [item.line_id for item in items if bool(item.debt.paid_on) is is_paid]
            self.env.execute_query(
                SQL(
                    """UPDATE account_move_line SET ar_late_fees_settled = %(is_paid)s
                        WHERE id = ANY(%(ids)s)
                          AND COALESCE(ar_late_fees_settled, FALSE) <> %(is_paid)s
                    RETURNING id""",
                    is_paid=is_paid,
                    ids=ids,
                )
            )
        self.env["account.move.line"].invalidate_model(["ar_late_fees_settled"])
