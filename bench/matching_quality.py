"""How much is booked unattended, how much of it is wrong, and whether probabilities hold.

On labelled sets in a style that the weights were not learnt on (see ``matching_sets``).
*Determinable* are payments of which a person with the same facts could tell what they pay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from matching_sets import make_set
from matching_styles import TEST
from odoo.addons.ar_automation.engine.matching.decide import decide

SEEDS = range(1000, 1010)
SIZE = 2000
BINS = 10


@dataclass
class Tally:
    """Counts of one kind, or of all."""

    payments: int = 0
    determinable: int = 0
    booked: int = 0
    wrong: int = 0
    top: int = 0
    bins: dict[int, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0.0, 0]))

    def count(self, decision, truth):
        """Count one decision against what is true."""
        self.payments += 1
        self.determinable += truth is not None
        if not decision.proposals:
            return
        first = decision.proposals[0]
        right = first.item_ids == truth
        self.top += right
        self.booked += first.book and right
        self.wrong += first.book and not right
        if first.items:
            row = self.bins[min(int(first.confidence * BINS), BINS - 1)]
            row[0] += 1
            row[1] += first.confidence
            row[2] += right

    @property
    def calibration_error(self):
        """Expected calibration error: mean distance of probability and frequency."""
        total = sum(row[0] for row in self.bins.values())
        return sum(abs(row[1] - row[2]) for row in self.bins.values()) / max(total, 1)


def measure(seeds=SEEDS, style=TEST, size=SIZE):
    """Decide all sets; return the tallies by kind, and of all under ``""``."""
    tallies = defaultdict(Tally)
    failures = []
    for seed in seeds:
        labelled = make_set(seed, style, size)
        for decision in decide(labelled.payments, labelled.items, labelled.knowledge):
            number = decision.payment.payment_id
            truth = labelled.truth[number]
            for kind in ("", labelled.kinds[number]):
                tallies[kind].count(decision, truth)
            if decision.verdict == "matched" and decision.proposals[0].item_ids != truth:
                failures.append((labelled.kinds[number], decision, truth))
    return tallies, failures


def main():
    """Measure the sets of ``matching_sets``."""
    show(*measure())


def show(tallies, failures):
    """Print a table by kind and the four figures."""
    print(f"{'kind':16}{'payments':>9}{'tellable':>9}{'booked':>8}{'wrong':>6}{'top-1':>8}")
    for kind in sorted(tallies, key=lambda kind: (kind == "", kind)):
        tally = tallies[kind]
        share = max(tally.determinable, 1)
        print(
            f"{kind or 'all':16}{tally.payments:9}{tally.determinable:9}"
            f"{tally.booked / share:8.1%}{tally.wrong:6}{tally.top / share:8.1%}"
        )
    print(f"calibration error {tallies[''].calibration_error:.4f}")
    for number, row in sorted(tallies[""].bins.items()):
        count, said, right = row
        print(f"  {number / BINS:.1f}: {count:6} said {said / count:.3f} were {right / count:.3f}")
    print("wrong by kind", dict(Counter(kind for kind, _decision, _truth in failures)))
    for kind, decision, truth in failures[:10]:
        print("wrong:", kind, decision.payment.texts, decision.proposals[0].evidence, truth)


if __name__ == "__main__":
    main()
