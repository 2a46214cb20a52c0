"""The demo from an empty database to the evening of its day.

``ensure_company`` builds the company with its year; ``live_day`` runs one day in
it. Both leave alone what they find done.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from .company import build_company, find_company
from .credit_story import tell_credit_story
from .credit_terms import agree_credit
from .customers import generate_customers
from .day import ensure_bank_days, ensure_quotations
from .history import create_orders_and_invoices
from .history_bank import backdate_lines, create_payments
from .partners import create_customers, find_customers
from .plans import agree_plans
from .quarter import first_day, live_quarter
from .scene import Scene

SEED = "nordwind"
# Nothing is invoiced, mailed or held by itself until somebody switches it on.
SWITCHES = {
    "account_use_credit_limit": True,
    "ar_credit_recheck": True,
    "ar_auto_cash_application": True,
    "ar_invoice_automatically": True,
    "ar_bill_plans_automatically": True,
    "ar_send_automatically": True,
    "ar_dunning_auto": True,
    "ar_promise_portal": True,
}
# Of two customers that contest invoices, one is on hold from reminders altogether.
HELD_FROM_REMINDERS = "taunus-klimatechnik"
EXCLUDED_FROM_REMINDERS = "fichtelberg-medizintechnik"
CONTESTED_DAYS = 60


def ensure_company(env, today, *, pace=1.0, is_lived=True, report=lambda text: None):
    """Return the demo company, built with a year of history if it is missing.

    :param today: business day on which the history ends
    :param pace: multiplies the number of orders, for a smaller company in tests
    :param is_lived: live the past quarter day by day; without it nobody was reminded so far
    :param report: called with a line of text for each step
    :raises UserError: if the database's company has accounting entries of its own
    """
    company = find_company(env)
    if company:
        return _work_in(company)
    report("building Nordwind Components: company, catalogue, users")
    company = build_company(env, today)
    customers = generate_customers(SEED)
    scene = Scene(company, customers, create_customers(company, customers), today, SEED, report)
    invoices = create_orders_and_invoices(scene, pace=pace)
    company.write(SWITCHES)
    payments = create_payments(scene, invoices, first_day(today) if is_lived else today)
    if is_lived:
        live_quarter(scene, payments)
    backdate_lines(company)
    agree_credit(scene)
    tell_credit_story(scene)
    agree_plans(scene)
    _spare_contested(scene)
    report("measuring the past year")
    _measure_months(company, today)
    return company


def _spare_contested(scene):
    """Nobody is reminded of what is contested."""
    collector = _find_user(scene.company, "collector")
    held = scene.firms[HELD_FROM_REMINDERS].with_user(collector)
    held.ar_hold_dunning(scene.company, "Claims damage in transit; the carrier examines it.")
    contested = scene.company.env["account.move"].search(
        [
            ("commercial_partner_id", "=", scene.firms[EXCLUDED_FROM_REMINDERS].id),
            ("move_type", "=", "out_invoice"),
            ("payment_state", "=", "not_paid"),
            ("invoice_date_due", "<", scene.day - timedelta(days=CONTESTED_DAYS)),
        ]
    )
    contested.no_followup = True


def _measure_months(company, today):
    """Draw up the key figures of the last twelve months' ends, as a job made them up."""
    supervised = _as_user(company, "supervisor")
    for months in range(11, -1, -1):
        day = today.replace(day=1) - relativedelta(months=months) - timedelta(days=1)
        supervised.env["ar.job.reporting.snapshot"].ar_run_job(supervised, day)


def set_scene(company, day, report=lambda text: None):
    """Return what the steps of a day need to know."""
    customers = generate_customers(SEED)
    return Scene(company, customers, find_customers(company, customers), day, SEED, report)


def _work_in(company):
    """The company with an environment that works in it."""
    return company.with_context(allowed_company_ids=company.ids, tracking_disable=True)


def import_files(scene, deliveries):
    """Import the file of each account: what there is without a bank to connect to."""
    supervised = _as_user(scene.company, "supervisor")
    for delivery in deliveries:
        journal = delivery.journal.with_env(supervised.env)
        lines = journal.ar_import_statement_file(delivery.filename, delivery.content)
        scene.report(f"imported {delivery.filename}: {len(lines)} new lines")


def live_day(company, day, *, deliver=import_files, report=lambda text: None):
    """Confirm the day's quotations, let the banks deliver and run every job.

    The salesperson confirms, the supervisor does the rest.

    :param deliver: brings what the banks tell to where the day's jobs find it, or into the
        journals; called with the ``Scene`` and the ``BankDelivery`` of each account
    :return: the runs of the day's jobs
    """
    scene = set_scene(company, day, report)
    quotations = ensure_quotations(scene)
    report(f"confirming {len(quotations)} quotations")
    _confirm(company, quotations)
    deliver(scene, ensure_bank_days(scene))
    supervised = _as_user(company, "supervisor")
    report("running every job of the day")
    runs = supervised.env["ar.job.config"].ar_run_day(supervised, day)
    for run in runs:
        report(f"{run.job_id.name}: {run.summary or 'nothing to do'}")
    return runs


def _confirm(company, quotations):
    waiting = quotations.filtered(
        lambda order: order.state == "draft" and order.ar_credit_state == "none"
    )
    if waiting:
        waiting.with_user(_find_user(company, "sales")).action_confirm()


def _find_user(company, login):
    return company.env["res.users"].search([("login", "=", login)], limit=1)


def _as_user(company, login):
    return company.with_user(_find_user(company, login)).with_context(tracking_disable=False)
