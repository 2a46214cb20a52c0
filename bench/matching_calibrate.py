"""Learns the weights of the matching from labelled sets and writes them as data.

    ./dev python bench/matching_calibrate.py

A conditional logit model (the readings of a payment exclude each other, *none of them* is one
more) is fitted by gradient descent on the training style. Weights may not cross zero against
their sign, so that no evidence in favour ever counts against a match. They are drawn towards
the weights that an accountant would guess (``PRIOR``), which decide where examples are few.
Payments of which nobody could tell what they pay are left out, except those that pay nothing.
"""

from __future__ import annotations

from pathlib import Path

from matching_sets import make_set
from matching_styles import TRAIN
from odoo.addons.ar_automation.engine.matching import confidence
from odoo.addons.ar_automation.engine.matching.assess import open_case
from odoo.addons.ar_automation.engine.matching.confidence.features import SIGNS
from odoo.addons.ar_automation.engine.matching.confidence.model import score, share
from odoo.addons.ar_automation.engine.matching.index import ItemIndex

SEEDS = range(1, 11)
SIZE = 1500
ROUNDS = 80
STEP = 0.02
PULL = 2e-4  # towards the prior, per payment
UNTELLABLE = {"twins"}
PRIOR = {
    "any": -7.0, "named_full": 9.0, "named_part": 7.0, "named_tail": 3.0, "named_near": 2.5,
    "named_some": 0.5, "beyond_named": -1.0, "unlike_named": -4.0, "left_out": -3.0,
    "payer_account": 5.0, "payer_learnt": 5.0, "payer_number": 4.5, "payer_name": 4.5,
    "payer_shared": 2.5, "payer_parent": 3.0, "payer_similar": 3.0, "payer_other": -5.0,
    "rarity": 7.0, "fit_exact": 3.5, "fit_discount": 3.0, "fit_rounding": 2.5,
    "fit_charges": 1.5, "fit_currency": 2.0, "fit_short": -0.5, "fit_over": -1.0,
    "fit_mismatch": -4.0, "several_items_unnamed": -1.0, "several_customers": -2.0,
    "settled_named": -1.5, "settled_same_amount": -5.0, "stranger_named": -2.0,
    "incomplete_search": -2.0,
}  # fmt: skip


def examples():
    """Yield for each payment its readings' features and which of them is right, or ``None``."""
    for seed in SEEDS:
        labelled = make_set(seed, TRAIN, SIZE)
        index = ItemIndex(labelled.items, labelled.knowledge)
        for payment in labelled.payments:
            truth = labelled.truth[payment.payment_id]
            if truth is None and labelled.kinds[payment.payment_id] in UNTELLABLE:
                continue
            options = open_case(payment, index).options
            right = [place for place, option in enumerate(options) if option.item_ids == truth]
            if options:
                yield [option.told.features for option in options], right[0] if right else None


def learn(rows):
    """Fit the weights by Adam, one step per payment."""
    weights = dict(PRIOR)
    mean, spread = dict.fromkeys(weights, 0.0), dict.fromkeys(weights, 1e-4)
    for turn in range(ROUNDS):
        step = STEP / (1 + turn / 10)
        for start in range(0, len(rows), 50):
            slope = {name: PULL * 50 * (weights[name] - PRIOR[name]) for name in weights}
            for features, right in rows[start : start + 50]:
                add_slope(slope, features, right, weights)
            for name, value in slope.items():
                value /= 50
                mean[name] = 0.9 * mean[name] + 0.1 * value
                spread[name] = 0.99 * spread[name] + 0.01 * value * value
                weights[name] -= step * mean[name] / (spread[name] ** 0.5 + 1e-6)
                if SIGNS[name] * weights[name] < 0:
                    weights[name] = 0.0
    return weights


def add_slope(slope, features, right, weights):
    """Add how the loss of one payment changes with each weight."""
    shares = share([score(row, weights) for row in features])
    for place, (row, probability) in enumerate(zip(features, shares, strict=True)):
        error = probability - (place == right)
        for name, value in row.items():
            slope[name] += error * value


def main():
    """Learn and write ``confidence/weights.py``."""
    rows = list(examples())
    weights = learn(rows)
    target = Path(confidence.__file__).with_name("weights.py")
    provenance = f"{len(rows)} payments, bench/matching_sets.py, style TRAIN, seeds {SEEDS}"
    lines = [
        '"""Weights of the features, learnt by ``bench/matching_calibrate.py``: data, not code."""',
        "",
        f'TRAINED_ON = "{provenance}"',
        "",
        "WEIGHTS = {",
        *(f'    "{name}": {value:.3f},' for name, value in weights.items()),
        "}",
    ]
    target.write_text("\n".join(lines) + "\n")
    for name, value in weights.items():
        print(f"{name:24}{PRIOR[name]:8.2f}{value:9.3f}")


if __name__ == "__main__":
    main()
