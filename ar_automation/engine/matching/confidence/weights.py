"""Weights of the features, learnt by ``bench/matching_calibrate.py``.

Provenance is printed there and kept in ``TRAINED_ON``; do not edit by hand.
"""

TRAINED_ON = "set by hand"

WEIGHTS = {
    "any": -7.0,
    "named_full": 9.0,
    "named_part": 6.0,
    "named_tail": 3.0,
    "named_near": 2.5,
    "named_some": -1.0,
    "unnamed_beside_named": -3.0,
    "left_out": -3.0,
    "payer_account": 5.0,
    "payer_learnt": 4.5,
    "payer_number": 4.5,
    "payer_name": 4.0,
    "payer_shared": 2.5,
    "payer_parent": 2.5,
    "payer_similar": 2.5,
    "payer_other": -5.0,
    "rarity": 6.0,
    "fit_exact": 3.5,
    "fit_discount": 3.0,
    "fit_rounding": 2.0,
    "fit_charges": 1.0,
    "fit_currency": 1.5,
    "fit_short": -1.5,
    "fit_over": -2.0,
    "fit_mismatch": -4.0,
    "several_items_unnamed": -1.0,
    "several_customers": -2.0,
    "settled_named": -2.0,
    "settled_same_amount": -4.0,
    "stranger_named": -2.5,
    "incomplete_search": -2.0,
}
