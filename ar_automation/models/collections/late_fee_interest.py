"""Brings the interest claims of late items up to a day."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ...engine.dunning.interest import Segment
from ...engine.dunning.late_fees import claim_interest, last_chargeable_day
from .late_fee_batch import read_amount

ONE_DAY = timedelta(days=1)


class Accrual(NamedTuple):
    """One item's interest of a period: ``is_due`` when it is to be charged now."""

    amount: Decimal
    date_from: date
    date_to: date
    segments: tuple[Segment, ...]
    is_due: bool


class InterestClaims:
    """Interest claims of late items: one that accrues per item, and those closed before.

    :param LateFeeBatch batch: policy and day.
    :param LateInterest interest: counts.
    """

    def __init__(self, batch, interest):
        self.batch = batch
        self.interest = interest
        self.claims = batch.claims

    def accrue(self, items, regimes):
        """Create or bring up to date the accruing claim of each item.

        :return: ``(claims to be charged now, claims that still stand)``.
        """
        known = self._read_claims(items)
        kept, due, new = [], [], []
        for item in items if self.batch.policy.has_interest else ():
            claims = known[item.line_id]
            accrual = self._count(item, regimes[item.line_id], claims)
            if not accrual:
                continue
            vals = self._prepare_vals(item, regimes[item.line_id], accrual)
            running = claims.filtered(lambda claim: claim.state == "accrued")
            if not running:
                new.append((vals, accrual.is_due))
                continue
            running.write(vals)
            kept.append(running.id)
            due += running.ids if accrual.is_due else []
        created = self.claims.create([vals for vals, _is_due in new])
        due += [claim.id for claim, (_vals, is_due) in zip(created, new, strict=True) if is_due]
        return self.claims.browse(due), self.claims.browse(kept) | created

    def drop_overtaken(self, items, kept):
        """Delete accrued interest that is none any more: paid in time after all, or credited."""
        (self._find_accrued([item.line_id for item in items]) - kept).unlink()

    def waive_small(self, items):
        """Give up the interest of paid items below the minimum: it will not grow any more."""
        if not self.batch.policy.minimum_amount:
            return
        small = self._find_accrued([item.line_id for item in items]).filtered(
            lambda claim: read_amount(claim) < self.batch.get_minimum(claim.currency_id.id)
        )
        if small:
            reason = small.env._("Below the minimum of the policy.")
            small._mark_waived(reason, small.env.user)

    # --- private

    def _read_claims(self, items):
        known = defaultdict(self.claims.browse)
        domain = [("move_line_id", "in", [item.line_id for item in items])]
        for claim in self.claims.search([*domain, ("kind", "=", "interest")]):
            known[claim.move_line_id.id] |= claim
        return known

    def _find_accrued(self, line_ids):
        return self.claims.search(
            [
                ("move_line_id", "in", line_ids),
                ("kind", "=", "interest"),
                ("state", "=", "accrued"),
            ]
        )

    def _count(self, item, regime, claims):
        """The interest that is not claimed yet; None where there is none."""
        closed = claims.filtered(lambda claim: claim.state != "accrued")
        claimed = sum((read_amount(claim) for claim in closed), Decimal(0))
        since = max(closed.mapped("date_to"), default=item.debt.due_date) + ONE_DAY
        paid_on, day = item.debt.paid_on, self.batch.day
        charge_to = last_chargeable_day(self.batch.policy.charging, day, paid_on)
        if charge_to and since <= charge_to:
            amount = self._count_until(item, regime, charge_to, claimed)
            if amount and amount >= self.batch.get_minimum(item.currency_id):
                return self._make_accrual(item, regime, amount, (since, charge_to), is_due=True)
        until = min(paid_on or day, day)
        amount = self._count_until(item, regime, until, claimed)
        if not amount or until < since:
            return None
        return self._make_accrual(item, regime, amount, (since, until), is_due=False)

    def _make_accrual(self, item, regime, amount, period, *, is_due):
        since, until = period
        segments = self.interest.count(item, regime, until, since)
        return Accrual(amount, since, until, segments, is_due)

    def _count_until(self, item, regime, until, claimed):
        """Interest to a day less what was claimed: so that nothing is lost by rounding."""
        segments = self.interest.count(item, regime, until)
        exact = self.interest.bound(item, regime, segments)
        return claim_interest(exact, claimed, self.batch.get_unit(item.currency_id))

    def _prepare_vals(self, item, regime, accrual):
        return {
            **self.batch.prepare_vals(item, "interest", accrual.amount),
            "regime_id": regime.id,
            "date_from": accrual.date_from,
            "date_to": accrual.date_to,
            "segments": [_describe_segment(segment) for segment in accrual.segments],
        }


def _describe_segment(segment):
    return {
        "first_day": segment.first_day.isoformat(),
        "last_day": segment.last_day.isoformat(),
        "days": segment.days,
        "balance": str(segment.balance),
        "percent": f"{segment.percent.normalize():f}",
        "year_days": segment.year_days,
        "amount": f"{float(segment.amount):.4f}",
    }
