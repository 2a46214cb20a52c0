"""Why a rule applies, as sentences in the reader's language."""


def explain_outcome(env, outcome):
    """Return one sentence per fact, as one text."""
    texts = {
        "rule_applies": env._("The rule “%(rule)s” fits."),
        "rule_contains": env._("The text contains “%(text)s”."),
        "rule_not_contains": env._("The text does not contain “%(text)s”."),
        "rule_regex": env._("The text fits the expression %(pattern)s."),
        "rule_amount": env._("The amount is within the rule's limits."),
        "rule_direction": env._("The direction is the rule's."),
        "rule_partner": env._("The partner is one of the rule's."),
        "rule_type": env._("The bank calls it “%(type)s”."),
    }
    return "\n".join(texts[fact.code] % dict(fact.params) for fact in outcome.facts)
