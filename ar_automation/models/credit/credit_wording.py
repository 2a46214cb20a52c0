"""Says in words why an order is held."""

from odoo.tools import formatLang


class CreditWording:
    """Turns the engine's reasons into sentences in the user's language.

    :param currency: the company's currency, in which all amounts are.
    """

    def __init__(self, env, currency):
        self.env = env
        self.currency = currency

    def sentence(self, decision):
        """All reasons of a decision, in one sentence; empty if there is none."""
        words = {"over_limit": self._over_limit, "too_late": self._too_late}
        return "; ".join(words[reason.code](reason) for reason in decision.reasons)

    def notice(self, codes):
        """The same reasons without figures, for who may not see what the customer owes."""
        words = {
            "over_limit": self.env._("the order takes the customer over its credit limit"),
            "too_late": self.env._("the customer is late with payments"),
        }
        return "; ".join(words.get(code, self.env._("the credit policy")) for code in codes)

    def _money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency)

    def _over_limit(self, reason):
        sentence = self.env._(
            "exposure %(exposure)s + this order %(amount)s exceeds the limit of %(limit)s by "
            "%(excess)s",
            exposure=self._money(reason.exposure),
            amount=self._money(reason.amount),
            limit=self._money(reason.limit),
            excess=self._money(reason.excess),
        )
        if reason.allowed != reason.limit:
            sentence += self.env._(
                " (tolerated: %(tolerance)s)", tolerance=self._money(reason.allowed - reason.limit)
            )
        if reason.oldest_overdue_days:
            sentence += self.env._(
                "; oldest overdue %(days)s days", days=reason.oldest_overdue_days
            )
        return sentence

    def _too_late(self, reason):
        return self.env._(
            "%(late)s overdue for more than %(allowed_days)s days, allowed are %(allowed)s; "
            "oldest overdue %(days)s days",
            late=self._money(reason.late),
            allowed_days=reason.allowed_days,
            allowed=self._money(reason.allowed),
            days=reason.oldest_overdue_days,
        )
