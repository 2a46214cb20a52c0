"""Says in words what a credit check found."""

from dataclasses import replace

from .credit_wording import CreditWording


class CheckWording(CreditWording):
    """Turns each reason of a credit check into a sentence in the user's language."""

    def sentence(self, reasons):
        """All reasons as one sentence, in which the age of the oldest item stands once."""
        if any(reason.code == "too_late" for reason in reasons):
            reasons = [_without_age(reason) for reason in reasons]
        return "; ".join(self.reason(reason) for reason in reasons)

    def reason(self, reason):
        """One reason as a sentence, without a full stop."""
        words = {
            "over_limit": self._over_limit,
            "too_late": self._too_late,
            "group_over_limit": self._group_over_limit,
            "no_rate": self._no_rate,
            "unrated": self._unrated,
        }
        return words[reason.code](reason)

    def _group_over_limit(self, reason):
        return self.env._(
            "credit group %(group)s: %(reason)s",
            group=reason.group,
            reason=self._over_limit(reason.over),
        )

    def _no_rate(self, reason):
        if reason.group:
            return self.env._(
                "the limit of credit group %(group)s is in a currency without an exchange rate",
                group=reason.group,
            )
        return self.env._("the limit is in a currency without an exchange rate")

    def _unrated(self, _reason):
        return self.env._("the bureau that rates this customer cannot be reached")


def _without_age(reason):
    if reason.code == "over_limit":
        return replace(reason, oldest_overdue_days=0)
    if reason.code == "group_over_limit":
        return replace(reason, over=replace(reason.over, oldest_overdue_days=0))
    return reason
