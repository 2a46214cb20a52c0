"""Says in words why an order is held."""

from odoo.tools import formatLang


class CreditWording:
    """Turns the engine's reasons into sentences in the user's language.

    :param currency: the company's currency, in which all amounts are.
    """

    def __init__(self, env, currency):
        self.env = env
        self.currency = currency

    def notice(self, codes):
        """The same reasons without figures, for who may not see what the customer owes."""
        words = {
            "over_limit": self.env._("the order takes the customer over its credit limit"),
            "too_late": self.env._("the customer is late with payments"),
            "group_over_limit": self.env._("the order takes its credit group over the limit"),
            "no_rate": self.env._("the credit limit is in a currency without an exchange rate"),
            "unrated": self.env._("the customer's rating cannot be fetched"),
        }
        return "; ".join(words.get(code, self.env._("the credit policy")) for code in codes)

    def standing_notice(self, codes):
        """Reasons without figures, for a customer that is judged as it stands."""
        words = {
            "over_limit": self.env._("the customer is over its credit limit"),
            "group_over_limit": self.env._("the customer's credit group is over its limit"),
        }
        return "; ".join(words.get(code) or self.notice([code]) for code in codes)

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
