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
import resource
import sys
import time
from datetime import date
from pathlib import Path

import odoo
from _receivables_csv import read_history
from aging import prepare_company
from odoo.addons.ar_automation.engine.credit.payment_fit import fit_and_test, fit_until
from odoo.addons.ar_automation.engine.credit.payment_model import PaymentModel
from odoo.addons.ar_automation.models.credit.review_due import ReviewDue
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
    print(f"{'(aim, on later invoices)':28} {AIMS[0]:9.3f} {AIMS[1]:9.3f} {AIMS[2]:9.2f}")


def measure_review(customers):
    """Review so many customers in one night, and half as many in another database state."""
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
            _measure_night(env, company, size)
            cr.rollback()


def insert_customers(env, company, size):
    """Customers with INVOICES invoices each, of which all but the last are paid, in bulk SQL."""
    accounts = env["account.account"].with_company(company)
    account = accounts.search([("account_type", "=", "asset_receivable")], limit=1)
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    values = {
        "size": size, "each": INVOICES, "today": TODAY, "company": company.id,
        "journal": journal.id, "account": account.id, "currency": company.currency_id.id,
    }  # fmt: skip
    env.cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, active, type, is_company, autopost_bills)
        SELECT 'review bench ' || n, 'review bench', TRUE, 'contact', TRUE, 'ask'
          FROM generate_series(1, %(size)s) n;
        UPDATE res_partner SET commercial_partner_id = id WHERE complete_name = 'review bench';
        INSERT INTO account_move (name, ref, state, move_type, date, invoice_date, partner_id,
               commercial_partner_id, company_id, journal_id, currency_id, amount_total_signed,
               auto_post)
        SELECT t.kind || '/' || p.id || '/' || k, p.id || '/' || k, 'posted', t.kind,
               %(today)s - 20 * k + t.late,
               %(today)s - 20 * k, p.id, p.id, %(company)s, %(journal)s, %(currency)s, 100, 'no'
          FROM res_partner p, generate_series(1, %(each)s) k,
               LATERAL (VALUES ('out_invoice', 0), ('entry', 15 + (p.id + k) %% 40)) t(kind, late)
         WHERE p.complete_name = 'review bench' AND (t.kind = 'out_invoice' OR k > 3);
        INSERT INTO account_move_line (move_id, partner_id, company_id, journal_id, account_id,
               currency_id, company_currency_id, parent_state, display_type, date, date_maturity,
               balance, amount_residual, debit, credit, name)
        SELECT m.id, m.partner_id, m.company_id, m.journal_id, %(account)s, m.currency_id,
               m.currency_id, 'posted', 'payment_term', m.date, m.invoice_date + 30,
               s.sign * 100, CASE WHEN m.invoice_date >= %(today)s - 60 THEN 100 ELSE 0 END,
               GREATEST(s.sign, 0) * 100, GREATEST(-s.sign, 0) * 100, 'review bench'
          FROM account_move m JOIN res_partner p ON p.id = m.partner_id,
               LATERAL (SELECT CASE m.move_type WHEN 'entry' THEN -1 ELSE 1 END AS sign) s
         WHERE p.complete_name = 'review bench';
        INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, max_date,
               company_id, debit_currency_id, credit_currency_id, debit_amount_currency,
               credit_amount_currency)
        SELECT d.id, c.id, 100, c.date, %(company)s, %(currency)s, %(currency)s, 100, 100
          FROM account_move_line d
          JOIN account_move dm ON dm.id = d.move_id AND dm.move_type = 'out_invoice'
          JOIN account_move cm ON cm.ref = dm.ref AND cm.partner_id = dm.partner_id
                              AND cm.move_type = 'entry'
          JOIN account_move_line c ON c.move_id = cm.id
         WHERE d.name = 'review bench'
        """,
        values,
    )
    env.invalidate_all()


def _measure_night(env, company, size):
    reviews = env["ar.credit.review"].with_company(company)
    job = env["ar.job.credit.review"]
    due = ReviewDue(company, TODAY, 90.0).collect()
    ids = sorted(due)
    before = _memory()
    queries, wall, processor = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    for start in range(0, len(ids), job._job_batch_size):
        # as the job does: who is due is asked for every batch
        found = ReviewDue(company, TODAY, 90.0).collect()
        partners = env["res.partner"].browse(ids[start : start + job._job_batch_size])
        reviews.ar_review(partners, TODAY, found)
        env.flush_all()
        env.invalidate_all()
    print(
        f"{len(ids):>9} {size * INVOICES:>9} {time.perf_counter() - wall:8.1f} "
        f"{time.process_time() - processor:6.1f} {env.cr.sql_log_count - queries:>8} "
        f"{_memory() - before:8.0f}",
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
