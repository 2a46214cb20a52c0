"""How well payments are forecast, and how long the nightly review takes.

    ./dev bench credit [--data FILE] [--test-from YYYY-MM-DD] [--only forecast|review]

*Forecast*: the file of past invoices is split by date. Coefficients are fitted to invoices paid
before the split; the later invoices are predicted on their own date from what was known on that
date, beside two simple rules: the mean of the customer's payments so far and the mean of all.

*Review*: 5,000 customers with their invoices and payments are reviewed in one night; a second
night, with half as many customers, shows what the memory depends on.
"""

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from _receivables_csv import read_history
from odoo.addons.ar_automation.engine.credit.payment_fit import fit_and_test, fit_until
from odoo.addons.ar_automation.engine.credit.payment_model import PaymentModel

SAMPLE = Path(
    os.environ.get("AR_BENCH_INVOICES")
    or Path(__file__).resolve().parents[2] / "shared" / "data" / "ibm_ar_train.csv"
)
AIMS = (0.91, 0.94, 5.8)


def main(arguments):
    """Measure and print tables."""
    options = _read_options(arguments)
    if options.only in (None, "forecast"):
        measure_forecast(options.data, options.test_from)


def measure_forecast(path, test_from):
    """Print how good the fitted model, the starting model and the two simple rules are."""
    if not path.exists():
        print(f"no file of past invoices at {path}: name one with --data; forecast not measured")
        return
    history = read_history(path)
    if test_from:
        fit = fit_until(history, PaymentModel(), test_from)
    else:
        fit = fit_and_test(history, PaymentModel())
    print(f"{len(history)} invoices; {fit.fitted.count} from {fit.test_from} on are the test")
    print(f"{'':28} {'AUC late':>9} {'AUC >14':>9} {'MAE days':>9}")
    rows = [
        ("mean of all so far", fit.fitted.global_mean),
        ("customer's mean so far", fit.fitted.customer_mean),
        ("model as shipped", fit.current.model),
        ("model fitted before the test", fit.fitted.model),
    ]
    for name, figures in rows:
        print(
            f"{name:28} {figures.auc_late:9.3f} {figures.auc_very_late:9.3f} "
            f"{figures.mean_error:9.2f}"
        )
    print(f"{'(aim, on later invoices)':28} {AIMS[0]:9.3f} {AIMS[1]:9.3f} {AIMS[2]:9.2f}")


def _read_options(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench credit")
    parser.add_argument("--data", type=Path, default=SAMPLE)
    parser.add_argument("--test-from", type=date.fromisoformat)
    parser.add_argument("--only", choices=("forecast", "review"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
