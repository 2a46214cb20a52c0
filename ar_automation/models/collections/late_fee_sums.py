"""Claims the fixed sums of the law, and the fees of reminders, each once."""

from datetime import timedelta
from decimal import Decimal

from ...engine.dunning.late_fees import find_fixed_sum

ONE_DAY = timedelta(days=1)


class LateFeeSums:
    """Sums that do not grow: fixed by law for each late item, or by the level of a reminder.

    :param LateFeeBatch batch: policy and day.
    """

    def __init__(self, batch):
        self.batch = batch
        self.claims = batch.claims

    def claim(self, items, regimes):
        """Claim what was not claimed yet.

        :return: the claims that are to be charged now.
        """
        known = self.claims.search(
            [
                ("move_line_id", "in", [item.line_id for item in items]),
                ("kind", "in", ("fixed_sum", "reminder")),
            ]
        )
        new = self._prepare_fixed_sums(items, regimes, known)
        new += self._prepare_reminder_fees(items)
        chargeable = {item.line_id for item in items if self._is_chargeable(item)}
        return (known | self.claims.create(new)).filtered(
            lambda claim: claim.state == "accrued" and claim.move_line_id.id in chargeable
        )

    # --- private

    def _is_chargeable(self, item):
        """Sums are charged with the interest: at once, once paid, or by hand only."""
        charging = self.batch.policy.charging
        return charging == "debit_note" or (charging == "on_payment" and bool(item.debt.paid_on))

    def _prepare_fixed_sums(self, items, regimes, known):
        claimed = {claim.move_line_id.id for claim in known if claim.kind == "fixed_sum"}
        new = []
        for item in items if self.batch.policy.has_fixed_sum else ():
            regime = regimes[item.line_id]
            amount = self._find_fixed_sum(item, regime)
            if not amount or item.line_id in claimed:
                continue
            first_day = item.debt.due_date + ONE_DAY
            new.append(
                {
                    **self.batch.prepare_vals(item, "fixed_sum", amount),
                    "regime_id": regime.id,
                    "date_from": first_day,
                    "date_to": first_day,
                }
            )
        return new

    def _find_fixed_sum(self, item, regime):
        """The fixed sum in the item's currency, for what was open when it became late."""
        debt = item.debt.balance_after(item.debt.due_date)
        if not regime or not debt:
            return Decimal(0)
        law = regime.fixed_sum_currency_id
        own = self.batch.env["res.currency"].browse(item.currency_id)
        in_law = self.batch.to_currency(debt, own, law.id)
        amount = find_fixed_sum(in_law, regime._get_tiers())
        return self.batch.to_currency(amount, law, own.id)

    def _prepare_reminder_fees(self, items):
        """Fees of reminders that were sent, on the items that they brought onto a level."""
        by_line = {item.line_id: item for item in items}
        lines = self._find_reminder_lines(list(by_line))
        known = self.claims.search([("notice_id", "in", lines.notice_id.ids)])
        served = {(claim.notice_id.id, claim.move_line_id.id) for claim in known}
        notices = {notice_id for notice_id, _line_id in served}
        new = []
        for line in lines:
            notice = line.notice_id
            is_served = (
                (notice.id, line.move_line_id.id) in served
                if line.level_id.fee_per == "item"
                else notice.id in notices
            )
            if not is_served:
                notices.add(notice.id)
                new.append(self._prepare_reminder_vals(by_line[line.move_line_id.id], line))
        return new

    def _find_reminder_lines(self, line_ids):
        return self.batch.env["ar.dunning.notice.line"].search(
            [
                ("move_line_id", "in", line_ids),
                ("level_id.fee_amount", ">", 0),
                ("notice_id.state", "=", "sent"),
            ],
            order="notice_id, due_date, id",
        )

    def _prepare_reminder_vals(self, item, line):
        fee = self.batch.to_currency(
            line.level_id.fee_amount, self.batch.company.currency_id, item.currency_id
        )
        return {
            **self.batch.prepare_vals(item, "reminder", fee),
            "notice_id": line.notice_id.id,
            "date_from": line.notice_id.date,
            "date_to": line.notice_id.date,
        }
