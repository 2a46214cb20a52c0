"""Evidence as sentences, in the reader's language."""

# Facts that say more than others, for where there is room for one sentence only.
WEIGHTIEST = (
    "claimed_twice",
    "several_readings",
    "payer_other",
    "several_customers",
    "currency_differs",
    "amount_short",
    "amount_over",
    "named",
    "all_items",
    "amount_equal",
)
MONEY = ("amount", "paid", "owed", "difference")


def explain(env, evidence, currency):
    """Return one sentence per fact, those against the match last.

    :param currency: currency of the payment, in which amounts are shown.
    """
    ordered = sorted(evidence, key=lambda fact: not fact.favourable)
    return "\n".join(_sentence(env, fact, currency) for fact in ordered)


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
    sentences = {
        "named": env._("The text names %(label)s %(number)s."),
        "amount_equal": env._("The amount %(amount)s is exactly what is open."),
        "amount_short": env._("%(paid)s was paid of %(owed)s: %(difference)s too little."),
        "amount_over": env._("%(paid)s was paid for %(owed)s: %(difference)s too much."),
        "currency_equal": env._("Both are in %(currency)s."),
        "currency_differs": env._("Paid in %(paid)s, owed in %(owed)s."),
        "payer_known": env._("The paying account belongs to this customer."),
        "payer_unknown": env._("The paying account is not known."),
        "payer_other": env._("The paying account belongs to another customer."),
        "one_customer": env._("All of it is owed by one customer."),
        "several_customers": env._("It is owed by several customers."),
        "all_items": env._("It is the sum of all %(count)s open items of the customer."),
        "not_named": env._("The text names no number of ours."),
        "claimed_twice": env._("Another payment names the same item."),
        "several_readings": env._("It can be read in more than one way."),
        "several_accounts": env._("The items stand on different receivable accounts."),
    }
    if "label" in values:
        labels = {
            "invoice number": env._("the invoice"),
            "payment reference": env._("the payment reference of"),
            "customer reference": env._("the customer's reference of"),
        }
        values["label"] = labels[values["label"]]
    return sentences[fact.code] % values
