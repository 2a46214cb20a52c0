"""How well payments are forecast, and how long the nightly review takes.

    ./dev bench credit [--data FILE] [--test-from YYYY-MM-DD] [--only forecast|review]

*Forecast*: the file of past invoices is split by date. Coefficients are fitted to invoices paid
before the split; the later invoices are predicted on their own date from what was known on that
date, beside two simple rules: the mean of the customer's payments so far and the mean of all.

*Review*: 5,000 customers with their invoices and payments are reviewed by the nightly job; a night
with half as many before it shows what time and memory depend on.
"""

import argparse
import os
import random
import resource
import sys
import time
from datetime import date
from pathlib import Path
from statistics import fmean

import odoo
from _receivables_csv import read_history
from aging import prepare_company
from odoo.addons.ar_automation.engine.credit.payment_backtest import area_under_curve, walk
from odoo.addons.ar_automation.engine.credit.payment_fit import fit_and_test, fit_until
from odoo.addons.ar_automation.engine.credit.payment_model import VERY_LATE, PaymentModel
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

CUSTOMERS = 5_000
INVOICES = 20
TODAY = date(2026, 6, 30)
SAMPLE = Path(
    os.environ.get("AR_BENCH_INVOICES")
    or Path(__file__).resolve().parents[2] / "shared" / "data" / "ibm_ar_train.csv"
)
AIMS = (0.91, 0.94, 5.8)
SHARES = (0.5, 0.4, 0.3, 0.2)
KNOWN = {
    "paid before its date": lambda one, day, _since: one.payment.paid_date < day,
    "dated before its date": lambda one, day, _since: one.facts.invoice_date < day,
    "paid before the split": lambda one, _day, since: one.payment.paid_date < since,
}
RESAMPLES = 1000


def main(arguments):
    """Measure and print tables."""
    options = _read_options(arguments)
    if options.only in (None, "forecast"):
        measure_forecast(options.data, options.test_from)
    if options.only in (None, "review"):
        measure_review(options.customers)


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
    print(f"{'(aim, on other invoices)':28} {AIMS[0]:9.3f} {AIMS[1]:9.3f} {AIMS[2]:9.2f}")
    measure_baselines(history)
    measure_sureness(history, fit)


def measure_baselines(history):
    """The customer's own mean by several readings of "so far" and of "later invoices"."""
    print("\ncustomer's own mean, by share held back and by what counts as known")
    ordered = sorted(history, key=lambda invoice: invoice.facts.invoice_date)
    for share in SHARES:
        since = ordered[int(len(ordered) * (1 - share))].facts.invoice_date
        for name, is_known in KNOWN.items():
            late, own = _own_means(ordered, since, is_known)
            areas = [area_under_curve(own, [days > limit for days in late]) for limit in (0, 14)]
            error = fmean(abs(a - b) for a, b in zip(late, own, strict=True))
            print(f"{share:4.0%} {name:22} {areas[0]:9.3f} {areas[1]:9.3f} {error:9.2f}")


def _own_means(ordered, since, is_known):
    late, own = [], []
    for invoice in (one for one in ordered if one.facts.invoice_date >= since):
        known = [one for one in ordered if is_known(one, invoice.facts.invoice_date, since)]
        mine = [one for one in known if one.facts.customer == invoice.facts.customer]
        late.append(invoice.payment.late)
        own.append(fmean(one.payment.late for one in mine or known))
    return late, own


def measure_sureness(history, fit):
    """By how much the fitted model beats the own mean, with 95 % of resamples of customers."""
    pairs = {}
    order = [
        invoice.facts.customer
        for invoice in sorted(history, key=lambda invoice: invoice.facts.invoice_date)
        if invoice.facts.invoice_date >= fit.test_from
    ]
    for customer, prediction in zip(order, walk(fit.model, history, fit.test_from), strict=True):
        pairs.setdefault(customer, []).append(prediction)
    chance, customers = random.Random(5), sorted(pairs)
    gains = []
    for _ in range(RESAMPLES):
        drawn = chance.choices(customers, k=len(customers))
        gains.append(_gains([one for customer in drawn for one in pairs[customer]]))
    print(f"\nfitted model against own mean, 95 % of {RESAMPLES} resamples of customers")
    names = ("AUC late", "AUC >14", "MAE days less")
    for name, values in zip(names, zip(*gains, strict=True), strict=True):
        ranked = sorted(values)
        low, high = ranked[RESAMPLES // 40], ranked[-RESAMPLES // 40]
        print(f"{name:16} {fmean(values):+.3f}  ({low:+.3f} to {high:+.3f})")


def _gains(predictions):
    late = [one.late > 0 for one in predictions]
    very_late = [one.late > VERY_LATE for one in predictions]
    own = [one.customer_mean for one in predictions]
    forecasts = [one.forecast for one in predictions]
    return (
        area_under_curve([one.probability_late for one in forecasts], late)
        - area_under_curve(own, late),
        area_under_curve([one.probability_very_late for one in forecasts], very_late)
        - area_under_curve(own, very_late),
        fmean(
            abs(one.late - one.customer_mean) - abs(one.late - one.forecast.expected_late)
            for one in predictions
        ),
    )


def measure_review(customers):
    """Let the nightly job review half as many customers, then so many new ones beside them."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    registry = Registry(database)
    print(
        f"\n{'customers':>9} {'invoices':>9} {'seconds':>8} {'CPU':>6} "
        f"{'queries':>8} {'MB more':>8}"
    )
    for size in (customers // 2, customers):
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            company = prepare_company(env)
            insert_customers(env, company, size)
            cr.execute("ANALYZE")
            cr.commit()
            _measure_night(env, company, size)


def insert_customers(env, company, size):
    """Customers with INVOICES invoices each, of which all but the last are paid, in bulk SQL."""
    accounts = env["account.account"].with_company(company)
    account = accounts.search([("account_type", "=", "asset_receivable")], limit=1)
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    values = {
        "label": f"review bench {size}", "size": size, "each": INVOICES, "today": TODAY,
        "company": company.id,
        "journal": journal.id, "account": account.id, "currency": company.currency_id.id,
    }  # fmt: skip
    env.cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, active, type, is_company, autopost_bills)
        SELECT %(label)s || ' ' || n, %(label)s, TRUE, 'contact', TRUE, 'ask'
          FROM generate_series(1, %(size)s) n;
        UPDATE res_partner SET commercial_partner_id = id WHERE complete_name = %(label)s;
        INSERT INTO account_move (name, ref, state, move_type, date, invoice_date, partner_id,
               commercial_partner_id, company_id, journal_id, currency_id, amount_total_signed,
               auto_post)
        SELECT t.kind || '/' || p.id || '/' || k, p.id || '/' || k, 'posted', t.kind,
               %(today)s - 20 * k + t.late,
               %(today)s - 20 * k, p.id, p.id, %(company)s, %(journal)s, %(currency)s, 100, 'no'
          FROM res_partner p, generate_series(1, %(each)s) k,
               LATERAL (VALUES ('out_invoice', 0), ('entry', 15 + (p.id + k) %% 40)) t(kind, late)
         WHERE p.complete_name = %(label)s AND (t.kind = 'out_invoice' OR k > 3);
        ANALYZE res_partner, account_move;
        INSERT INTO account_move_line (move_id, partner_id, company_id, journal_id, account_id,
               currency_id, company_currency_id, parent_state, display_type, date, date_maturity,
               balance, amount_residual, debit, credit, name)
        SELECT m.id, m.partner_id, m.company_id, m.journal_id, %(account)s, m.currency_id,
               m.currency_id, 'posted', 'payment_term', m.date, m.invoice_date + 30,
               s.sign * 100, CASE WHEN m.invoice_date >= %(today)s - 60 THEN 100 ELSE 0 END,
               GREATEST(s.sign, 0) * 100, GREATEST(-s.sign, 0) * 100, %(label)s
          FROM account_move m JOIN res_partner p ON p.id = m.partner_id,
               LATERAL (SELECT CASE m.move_type WHEN 'entry' THEN -1 ELSE 1 END AS sign) s
         WHERE p.complete_name = %(label)s;
        -- without statistics of its own rows the next statement compares each with each
        ANALYZE account_move_line;
        INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, max_date,
               company_id, debit_currency_id, credit_currency_id, debit_amount_currency,
               credit_amount_currency)
        SELECT d.id, c.id, 100, c.date, %(company)s, %(currency)s, %(currency)s, 100, 100
          FROM account_move_line d
          JOIN account_move dm ON dm.id = d.move_id AND dm.move_type = 'out_invoice'
          JOIN account_move cm ON cm.ref = dm.ref AND cm.partner_id = dm.partner_id
                              AND cm.move_type = 'entry'
          JOIN account_move_line c ON c.move_id = cm.id
         WHERE d.name = %(label)s
        """,
        values,
    )
    env.invalidate_all()


def _measure_night(env, company, size):
    before = _memory()
    queries, wall, processor = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    run = env["ar.job.credit.review"].ar_run_job(company, TODAY)
    seconds, busy = time.perf_counter() - wall, time.process_time() - processor
    reviewed = env["ar.credit.review"].search_count(
        [("date", "=", TODAY), ("is_current", "=", True)]
    )
    print(
        f"{size:>9} {size * INVOICES:>9} {seconds:8.1f} {busy:6.1f} "
        f"{env.cr.sql_log_count - queries:>8} {_memory() - before:8.0f}  "
        f"{run.state}, {reviewed} reviewed so far",
        flush=True,
    )


def _memory():
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _read_options(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench credit")
    parser.add_argument("--data", type=Path, default=SAMPLE)
    parser.add_argument("--test-from", type=date.fromisoformat)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--only", choices=("forecast", "review"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
