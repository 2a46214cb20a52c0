"""Cash application under chaos: two workers that are killed anywhere, a user who books by hand.

In each round there are new invoices and payments of them. Two processes run the matching job and
get SIGKILL at a random SQL statement, a third books half of the payments by hand at the
same moment. Counted at the end: payments that are lost, applied twice, applied with another amount,
or without their evidence, their proposal or their one event in the audit trail. The baseline is
nought.

``./dev bench cash_chaos --rounds 10 --lines 20 --seed 3`` makes another one.
"""

import argparse
import logging
import os
import sys
import time

import odoo
from odoo.tools import config


def main():
    """Run it and print the figures; the exit status says whether all went well."""
    options = _parse()
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(
        ["--database", database, "--no-http", "--log-level", "critical"], setup_logging=False
    )
    odoo.modules.module.initialize_sys_path()
    from odoo.addons.ar_automation.tests.cash_application import cash_worker

    # two workers that want one row: the database says so, and the loser starts over
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    start = time.perf_counter()
    told = cash_worker.run(database, options.rounds, options.lines, options.seed)
    told |= {"rounds": options.rounds, "payments": options.rounds * options.lines}
    for name, value in told.items():
        print(f"{name:10} {value}")
    print(f"{time.perf_counter() - start:.0f} s")
    sys.exit(bool(told["faults"] or told["failed"]))


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench cash_chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
