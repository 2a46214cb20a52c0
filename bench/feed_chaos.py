"""Bank feeds under chaos: 1,000 fetches, random faults, SIGKILLs, 20,000 transactions.

Three accounts of a bank simulator are fetched by three protocols while the ledger grows, bookings
come late, change their names, their texts or are withdrawn, the bank fails in every way that
the simulator knows, and the Odoo worker is killed in the middle of fetches. Counted at the
end, against the ledger: what is lost, what is double, what is not what the bank says now, and
whether each balance is proven. The baseline is nought.

``./dev bench feed_chaos --syncs 100 --movements 2000 --seed 3`` makes a shorter one.
"""

import argparse
import os
import sys
from pathlib import Path

import odoo
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).parents[1]))


def main():
    """Run it and print the figures; the exit status says whether the feed was proven."""
    options = _parse()
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    from bank_simulator.tests.chaos import Chaos, Run

    chaos = Chaos(syncs=options.syncs, movements=options.movements, seed=options.seed)
    outcome = Run(chaos, database, report=lambda text: print(text, flush=True)).run()
    for name in ("syncs", "kills", "renewals", "ledger", "lines", "lost", "doubled", "outdated"):
        print(f"{name:10} {getattr(outcome, name):>8}")
    for name in ("states", "errors", "faults"):
        told = ", ".join(f"{key} {count}" for key, count in getattr(outcome, name).most_common())
        print(f"{name:10} {told}")
    for name, (proof, gap) in outcome.proofs.items():
        print(f"{name:15} balance {proof}, gap {gap}")
    print(f"{outcome.seconds:.0f} s, {outcome.syncs / outcome.seconds:.2f} fetches/s")
    sys.exit(not outcome.is_proven)


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench feed_chaos", description=__doc__)
    parser.add_argument("--syncs", type=int, default=1000)
    parser.add_argument("--movements", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
