"""Evidence as sentences, in the reader's language."""

from ast import literal_eval

from odoo.addons.base.models.res_lang import intersperse
from odoo.tools.misc import format_date, get_lang

# Facts that say more than others, for where there is room for one sentence only.
WEIGHTIEST = (
    "undone_before",
    "period_locked",
    "suspense_missing",
    "busy",
    "claimed_twice",
    "several_readings",
    "payer_other",
    "several_customers",
    "several_accounts",
    "credit_open",
    "payout_fee_account",
    "payout_fee_unproven",
    "payout_rate",
    "payout_skips_named",
    "payout_sum",
    "payout_named",
    "payout_run",
    "named_left_out",
    "settled_named",
    "currency_differs",
    "amount_short",
    "amount_over",
    "amount_charges",
    "amount_unlike",
    "stranger_named",
    "amount_converted",
    "amount_discount",
    "amount_habit",
    "amount_advised",
    "order_named",
    "named",
    "named_structured",
    "named_part",
    "named_tail",
    "named_near",
    "amount_equal",
)
RANK = {code: number for number, code in enumerate(WEIGHTIEST)}
MONEY = frozenset({"amount", "paid", "owed", "difference"})
DAYS = frozenset({"first", "last"})
NO_BREAK = "\N{NO-BREAK SPACE}"


def weightiest(evidence):
    """Return the fact that matters most for the decision."""
    return min(evidence, key=lambda fact: RANK.get(fact.code, len(RANK)))


class Speaker:
    """Says evidence in the user's language; made once per batch, since texts are looked up once.

    :param env: environment of the reader.
    """

    def __init__(self, env):
        self.env = env
        self.written = env["res.lang"]._get_data(id=get_lang(env).id)
        self.grouping = literal_eval(self.written.grouping)
        self.texts = {
            **_say_reference(env),
            **_say_amount(env),
            **_say_payer(env),
            **_say_beside(env),
            **_say_payout(env),
        }
        self.labels = _labels(env)

    def sentences(self, evidence, currency):
        """Return one sentence per fact, those against the match last.

        :param currency: currency of the payment, in which amounts are shown.
        """
        ordered = sorted(evidence, key=lambda fact: not fact.favourable)
        return [self._sentence(fact, currency) for fact in ordered]

    def explain(self, evidence, currency):
        """Return the sentences as one text."""
        return "\n".join(self.sentences(evidence, currency))

    def summarise(self, evidence, currency):
        """Return the one sentence that matters most for the decision."""
        return self._sentence(weightiest(evidence), currency)

    def _sentence(self, fact, currency):
        values = dict(fact.params)
        if fact.code != "currency_differs":
            for name in values.keys() & MONEY:
                values[name] = self._money(values[name], currency)
        for name in values.keys() & DAYS:
            values[name] = format_date(self.env, values[name])
        if "label" in values:
            values["label"] = self.labels[values["label"]]
        return self.texts[fact.code] % values

    def _money(self, amount, currency):
        """As ``currency.format``, without looking the language up for every amount."""
        whole, point, part = f"{float(amount):.{currency.decimal_places}f}".partition(".")
        grouped = intersperse(whole, self.grouping, self.written.thousands_sep or "")[0]
        shown = f"{grouped}{self.written.decimal_point if point else ''}{part}"
        parts = (shown, currency.symbol or "")
        return NO_BREAK.join(parts if currency.position == "after" else reversed(parts))


def _labels(env):
    return {
        "invoice number": env._("the invoice"),
        "payment reference": env._("the payment reference of"),
        "customer reference": env._("the customer's reference of"),
        "order number": env._("the order of"),
        "payment": env._("the payment"),
        "contract number": env._("the contract of"),
    }


def _say_reference(env):
    return {
        "named": env._("The text names %(label)s %(number)s."),
        "named_structured": env._(
            "The payment reference of %(number)s is given; its check digit fits (%(scheme)s)."
        ),
        "named_part": env._("The text names %(label)s %(number)s in short: %(key)s."),
        "named_tail": env._("The text has the last digits of %(number)s: %(key)s."),
        "named_near": env._("The text has %(key)s, which is nearly %(number)s."),
        "not_named": env._("The text does not name %(number)s."),
        "order_named": env._("The text names the order %(number)s, which is not fully invoiced."),
        "named_left_out": env._("The text also names what this does not settle: %(count)s."),
        "settled_named": env._("The text names %(number)s, which is settled already."),
        "stranger_named": env._("The text names %(number)s, which is no open number of ours."),
    }


def _say_amount(env):
    return {
        "amount_equal": env._("The amount %(amount)s is exactly what is open."),
        "amount_advised": env._(
            "%(paid)s was paid of %(owed)s, divided as the payer's advice says."
        ),
        "amount_short": env._("%(paid)s was paid of %(owed)s: %(difference)s too little."),
        "amount_over": env._("%(paid)s was paid for %(owed)s: %(difference)s too much."),
        "amount_charges": env._(
            "%(paid)s was paid of %(owed)s: %(difference)s too little, as if by bank charges."
        ),
        "amount_habit": env._(
            "%(paid)s was paid of %(owed)s: this customer usually keeps back %(difference)s."
        ),
        "amount_rounding": env._("%(paid)s was paid of %(owed)s, a difference of rounding."),
        "amount_discount": env._(
            "%(paid)s was paid of %(owed)s: the early-payment discount %(difference)s was taken."
        ),
        "amount_converted": env._("By the rate of the day it is %(paid)s of %(owed)s owed."),
        "order_total": env._("The amount %(amount)s is what is left of the order."),
        "order_prepayment": env._("The amount %(amount)s is the prepayment of the order."),
        "amount_unlike": env._("The amount does not compare with the %(owed)s that is open."),
        "currency_equal": env._("Both are in %(currency)s."),
        "currency_differs": env._("Paid in %(paid)s, owed in %(owed)s."),
    }


def _say_payer(env):
    return {
        "payer_known": env._("The paying account belongs to this customer."),
        "payer_learnt": env._("This account or mandate has paid for this customer before."),
        "payer_number": env._("The text quotes this customer's number."),
        "payer_name": env._("The payer has this customer's name."),
        "payer_shared": env._("Several customers pay from this account, this one among them."),
        "payer_parent": env._("The payer is this customer's parent company."),
        "payer_similar": env._("The payer's name is like this customer's."),
        "payer_unknown": env._("The paying account is not known."),
        "payer_other": env._("The payer is known as another customer."),
    }


def _say_beside(env):
    return {
        "refund_waiting": env._("A refund to this customer is registered and waits for the bank."),
        "credit_open": env._(
            "This is open credit of the customer; nobody has said that it was paid back."
        ),
        "one_customer": env._("All of it is owed by one customer."),
        "several_customers": env._("It is owed by several customers."),
        "claimed_twice": env._("Another payment claims the same item."),
        "several_readings": env._("It can be read in more than one way."),
        "several_accounts": env._("The items stand on different receivable accounts."),
        "undone_before": env._("A match of this payment was taken back before."),
        "period_locked": env._("The books are locked up to %(date)s, after this payment's date."),
        "suspense_missing": env._(
            "The payment is not on the suspense account of its bank journal."
        ),
        "busy": env._("Somebody else is working on the same items at this moment."),
    }


def _say_payout(env):
    return {
        "payout_provider": env._("This is a payout of the payment provider %(provider)s."),
        "payout_named": env._("The text names the payments: %(count)s."),
        "payout_run": env._(
            "It is all that customers paid through it and got back from %(first)s to %(last)s: "
            "%(count)s payments."
        ),
        "payout_sum": env._(
            "%(count)s payments add up to it, but neither are they named nor are they all of a day."
        ),
        "payout_skips_named": env._("The text names other payments, which it leaves out."),
        "payout_fee": env._(
            "%(paid)s was paid out of %(owed)s: the provider kept %(difference)s, %(share)s%%."
        ),
        "payout_fee_usual": env._("Earlier payouts of this provider kept as much."),
        "payout_fee_stated": env._("That is the fee that the cash application policy states."),
        "payout_fee_unproven": env._(
            "Nothing proves the fee: no earlier payout of this provider kept such a share."
        ),
        "payout_rate": env._(
            "Customers paid in %(sold)s: what the provider kept cannot be told from its rate of "
            "exchange, so that all of the difference becomes one of exchange."
        ),
        "payout_fee_account": env._(
            "The cash application policy names no bank charge account for the fee."
        ),
    }
