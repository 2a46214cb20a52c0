"""Why payments are left to people, in few words, to filter and to group by."""


def reason_labels(env):
    """Return the words for each code of the evidence, and for payments without any."""
    return {
        "new": env._("Not looked at yet"),
        "nothing": env._("Nothing found"),
        "settled": env._("Settled already"),
        "undone_before": env._("Taken back before"),
        "period_locked": env._("Books are locked"),
        "suspense_missing": env._("Suspense account missing"),
        "busy": env._("Somebody works on it"),
        "claimed_twice": env._("Claimed by several payments"),
        "several_readings": env._("Several readings"),
        "payer_other": env._("Payer is another customer"),
        "payer_unknown": env._("Payer unknown"),
        "several_customers": env._("Items of several customers"),
        "several_accounts": env._("Several receivable accounts"),
        "named_left_out": env._("Names more than it settles"),
        "settled_named": env._("Names a settled item"),
        "stranger_named": env._("Names an unknown number"),
        "currency_differs": env._("Other currency"),
        "amount_short": env._("Too little"),
        "amount_over": env._("Too much"),
        "amount_charges": env._("Bank charges taken off"),
        "amount_unlike": env._("Amount does not compare"),
        "amount_converted": env._("Converted amount"),
        "amount_discount": env._("Discount taken"),
        "amount_equal": env._("Amount fits, number not named"),
        "named": env._("Number named"),
        "named_structured": env._("Payment reference given"),
        "named_part": env._("Number in short"),
        "named_tail": env._("Last digits only"),
        "named_near": env._("Number mistyped"),
        "not_named": env._("No number named"),
    }
