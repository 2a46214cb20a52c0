"""Why payments are left to people, in few words, to filter and to group by."""

# Money out that is no customer's: a vendor's, and what a person said is never a customer's.
VENDORS, SILENT = "vendors", "silent"
NOTHING = "nothing"


def reason_labels(env):
    """Return the words for each code of the evidence, and for payments without any."""
    return {
        "new": env._("Not looked at yet"),
        NOTHING: env._("Nothing found"),
        VENDORS: env._("Pays what a vendor is owed"),
        SILENT: env._("Never a customer's payment"),
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
        "credit_open": env._("Open credit paid back?"),
        "payout_fee_account": env._("Provider's fee has no account"),
        "payout_fee_unproven": env._("Provider's fee not proven"),
        "payout_rate": env._("Payout in another currency"),
        "payout_skips_named": env._("Payout names other payments"),
        "payout_sum": env._("Payout: only the sum fits"),
        "payout_named": env._("Payout, payments named"),
        "payout_run": env._("Payout of whole days"),
        "refund_waiting": env._("Registered refund"),
        "named_left_out": env._("Names more than it settles"),
        "settled_named": env._("Names a settled item"),
        "stranger_named": env._("Names an unknown number"),
        "currency_differs": env._("Other currency"),
        "amount_short": env._("Too little"),
        "amount_over": env._("Too much"),
        "amount_charges": env._("Bank charges taken off"),
        "amount_unlike": env._("Amount does not compare"),
        "amount_converted": env._("Converted amount"),
        "amount_habit": env._("Keeps back as usual"),
        "amount_discount": env._("Discount taken"),
        "amount_equal": env._("Amount fits, number not named"),
        "order_named": env._("Order paid in advance"),
        "named": env._("Number named"),
        "named_structured": env._("Payment reference given"),
        "named_part": env._("Number in short"),
        "named_tail": env._("Last digits only"),
        "named_near": env._("Number mistyped"),
        "not_named": env._("No number named"),
    }
