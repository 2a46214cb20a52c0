"""What a dunning decision says, in sentences: why this reminder, why none."""

from collections import defaultdict

from odoo.tools import format_amount, format_date


class DunningWords:
    """Words for decisions of one company, in the language of the environment."""

    def __init__(self, env, company):
        self.env = env
        self.company = company
        # said of every reminder of a batch: formatting dates and amounts takes its time
        self._bank_data = {}
        self._amounts = {}

    def sum_by_currency(self, reminder, facts):
        """What is asked for, each currency on its own."""
        sums = defaultdict(int)
        for listed in reminder.items:
            sums[facts.rows[listed.item.id].currency_id] += listed.item.residual
        return " + ".join(
            self._format_amount(amount, currency_id) for currency_id, amount in sums.items()
        )

    def summarize(self, reminder, levels, facts):
        """One sentence for the run's log."""
        return self.env._(
            "%(level)s for %(amount)s: %(items)s",
            level=levels[reminder.number - 1].name,
            amount=self.sum_by_currency(reminder, facts),
            items=", ".join(listed.item.name for listed in reminder.items if listed.is_raised),
        )

    def describe_evidence(self, reminder, levels, facts):
        """Why this reminder, on this level, now; and what it leaves out."""
        rules = levels.policy_id.name
        lines = [self.env._("Policy: %s.", rules)] if rules else []
        lines += [self._describe_item(listed, levels) for listed in reminder.items]
        lines += [self._describe_left_out(item) for item in reminder.left_out]
        lines.append(self.describe_bank_data(facts.bank_date))
        if reminder.credit:
            lines.append(
                self.env._(
                    "Unapplied credit of %s does not cover the overdue amount.",
                    format_amount(self.env, float(reminder.credit), self.company.currency_id),
                )
            )
        return "\n".join(lines)

    def describe_bank_data(self, newest):
        """How far the books know what was paid."""
        if newest not in self._bank_data:
            self._bank_data[newest] = self._prepare_bank_data(newest)
        return self._bank_data[newest]

    def explain(self, decision):
        """The reason for not reminding, in a sentence."""
        day = format_date(self.env, decision.day) if decision.day else ""
        amount = format_amount(self.env, float(decision.amount), self.company.currency_id)
        return {**self._sentences_of_time(day), **self._sentences_of_money(amount)}[decision.reason]

    # === PRIVATE METHODS ===#

    def _format_amount(self, amount, currency_id):
        known = self._amounts.get((amount, currency_id))
        if known is None:
            currency = self.env["res.currency"].browse(currency_id)
            known = format_amount(self.env, float(amount), currency)
            self._amounts[amount, currency_id] = known
        return known

    def _prepare_bank_data(self, newest):
        if not newest:
            return self.env._(
                "The company has no bank lines, so there is nothing that could be out of date."
            )
        return self.env._("Newest bank line: %s.", format_date(self.env, newest))

    def _sentences_of_time(self, day):
        return {
            "bank_data_stale": self.env._(
                "Bank data is out of date (newest line %s): the customer may have paid.", day
            ),
            "on_hold": self.env._("On hold from dunning until %s.", day)
            if day
            else self.env._("On hold from dunning."),
            "nothing_due": self.env._("No item reaches a new level."),
            "too_soon": self.env._("Reminded recently; next reminder from %s.", day),
            "too_many": self.env._(
                "Reminded as often as the policy allows; next reminder from %s.", day
            ),
            "waiting": self.env._("A reminder to this customer waits for approval."),
            "not_workday": self.env._("Today is no day of business; next reminder from %s.", day),
        }

    def _sentences_of_money(self, amount):
        return {
            "receipt_waiting": self.env._(
                "A payment of %s arrived and waits to be matched.", amount
            ),
            "excluded": self.env._("What is due is excluded from follow-up, blocked or disputed."),
            "covered_by_credit": self.env._(
                "Unapplied credit of %s covers the overdue amount.", amount
            ),
            "below_minimum": self.env._("Overdue %s is below the minimum amount.", amount),
        }

    def _describe_item(self, listed, levels):
        if not listed.is_raised:
            return self.env._(
                "%(item)s: %(days)s days overdue, listed only.",
                item=listed.item.name,
                days=listed.days_overdue,
            )
        level = levels[listed.number - 1]
        if listed.days_overdue <= 0:
            return self.env._(
                "%(item)s: due in %(days)s days, reaches %(level)s.",
                item=listed.item.name,
                days=-listed.days_overdue,
                level=level.name,
            )
        return self.env._(
            "%(item)s: %(days)s days overdue, reaches %(level)s (from day %(first_day)s).",
            item=listed.item.name,
            days=listed.days_overdue,
            level=level.name,
            first_day=level.days,
        )

    def _describe_left_out(self, item):
        reasons = {
            "no_followup": self.env._("excluded from follow-up"),
            "blocked": self.env._("blocked for payment"),
            "disputed": self.env._("disputed in full"),
        }
        return self.env._(
            "%(item)s: left out, %(reason)s.",
            item=item.name,
            reason=reasons[item.excluded] if item.excluded else item.pause.sentence,
        )
