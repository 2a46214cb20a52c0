"""Evidence as sentences, in the reader's language."""


def explain(env, evidence):
    """Return one sentence per fact, those against the match last."""
    ordered = sorted(evidence, key=lambda fact: not fact.favourable)
    return "\n".join(_sentence(env, fact) for fact in ordered)


def _sentence(env, fact):
    values = dict(fact.params)
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
