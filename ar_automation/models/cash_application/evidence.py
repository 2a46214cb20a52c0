"""Evidence as sentences, in the reader's language."""

# Facts that say more than others, for where there is room for one sentence only.
WEIGHTIEST = (
    "claimed_twice",
    "several_readings",
    "payer_other",
    "several_customers",
    "several_accounts",
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
    "named",
    "named_structured",
    "named_part",
    "named_tail",
    "named_near",
    "amount_equal",
)
MONEY = ("amount", "paid", "owed", "difference")


def explain(env, evidence, currency):
    """Return one sentence per fact, those against the match last.

    :param currency: currency of the payment, in which amounts are shown.
    """
    return "\n".join(sentences(env, evidence, currency))


def sentences(env, evidence, currency):
    """Return the sentences of :func:`explain` as a list."""
    ordered = sorted(evidence, key=lambda fact: not fact.favourable)
    return [_sentence(env, fact, currency) for fact in ordered]


def summarise(env, evidence, currency):
    """Return the one sentence that matters most for the decision."""
    rank = {code: number for number, code in enumerate(WEIGHTIEST)}
    fact = min(evidence, key=lambda fact: rank.get(fact.code, len(rank)))
    return _sentence(env, fact, currency)


def _sentence(env, fact, currency):
    values = dict(fact.params)
    if fact.code != "currency_differs":
        for name in values.keys() & set(MONEY):
            values[name] = currency.format(float(values[name]))
    if "label" in values:
        values["label"] = _label(env, values["label"])
    for said in (_say_reference, _say_amount, _say_payer, _say_beside):
        sentence = said(env).get(fact.code)
        if sentence:
            return sentence % values
    raise KeyError(fact.code)


def _label(env, label):
    return {
        "invoice number": env._("the invoice"),
        "payment reference": env._("the payment reference of"),
        "customer reference": env._("the customer's reference of"),
        "order number": env._("the order of"),
    }[label]


def _say_reference(env):
    return {
        "named": env._("The text names %(label)s %(number)s."),
        "named_structured": env._(
            "The payment reference of %(number)s is given; its check digit fits (%(scheme)s)."
        ),
        "named_part": env._("The text names %(label)s %(number)s in short: %(key)s."),
        "named_tail": env._("The text has the last digits of %(number)s: %(key)s."),
        "named_near": env._("The text has %(key)s, which is nearly %(number)s."),
        "not_named": env._("The text names no number of ours."),
        "named_left_out": env._("The text also names what this does not settle: %(count)s."),
        "settled_named": env._("The text names %(number)s, which is settled already."),
        "stranger_named": env._("The text names %(number)s, which is no open number of ours."),
    }


def _say_amount(env):
    return {
        "amount_equal": env._("The amount %(amount)s is exactly what is open."),
        "amount_short": env._("%(paid)s was paid of %(owed)s: %(difference)s too little."),
        "amount_over": env._("%(paid)s was paid for %(owed)s: %(difference)s too much."),
        "amount_charges": env._(
            "%(paid)s was paid of %(owed)s: %(difference)s too little, as if by bank charges."
        ),
        "amount_rounding": env._("%(paid)s was paid of %(owed)s, a difference of rounding."),
        "amount_discount": env._(
            "%(paid)s was paid of %(owed)s: the early-payment discount %(difference)s was taken."
        ),
        "amount_converted": env._("By the rate of the day it is %(paid)s of %(owed)s owed."),
        "amount_unlike": env._("The amount does not compare with the %(owed)s that is open."),
        "currency_equal": env._("Both are in %(currency)s."),
        "currency_differs": env._("Paid in %(paid)s, owed in %(owed)s."),
    }


def _say_payer(env):
    return {
        "payer_known": env._("The paying account belongs to this customer."),
        "payer_learnt": env._("This account has paid for this customer before."),
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
        "one_customer": env._("All of it is owed by one customer."),
        "several_customers": env._("It is owed by several customers."),
        "claimed_twice": env._("Another payment claims the same item."),
        "several_readings": env._("It can be read in more than one way."),
        "several_accounts": env._("The items stand on different receivable accounts."),
    }
