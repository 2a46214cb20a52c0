"""How fast overdue items become reminders, and reminders mails.

20,000 overdue items of 5,000 customers, the same rows each time, each way in a fresh process
on a copy of the benchmark's database; processor time is that of both sides of the connection:

* ``decide``: the engine alone, on facts that were read before: items per second.
* ``ar.dunning.run``: from due items to reminders with their items, evidence, levels and the
  audit trail, batch by batch as the job does. Texts are made when a reminder leaves.
* ``OCA account_credit_control``: generates its lines, then its communications, which hold no
  text either.
* ``… mails``: from those to mails without PDF, for the customers of a smaller number of items.
  Ours hands each to a mail server on loopback, after a last look; OCA's are left to the queue,
  and once more ``sent`` by the queue to the same server.
* ``… with PDF``: the same with what either attaches by itself, ours the statement of account,
  OCA's its letter; for the customers of the smallest number of items, without a web server that
  PDFs could load their style from.

``./dev bench dunning 2000 400 80`` takes 2,000 items, 400 for the mails, and 80 for those with PDF.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import odoo
from _databases import copy_database, drop_database
from _oca import CREDIT_CONTROL_PACKAGES, fetch_addons
from _processor import processor_seconds
from aging import TODAY, insert_history, prepare_company
from odoo import sql_db
from odoo.addons.ar_automation.engine.dunning.decision import decide
from odoo.addons.ar_automation.models.collections.dunning_facts import FactsReader
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

COUNT = 20_000
MAILED = 800
PRINTED = 160
ITEMS_PER_CUSTOMER = 4
DECIDE, OURS, OCA = "decide", "ar.dunning.run", "OCA account_credit_control"
OUR_MAILS, OCA_MAILS = "ar.dunning.run mails", "OCA account_credit_control mails"
OCA_SENT = "OCA account_credit_control sent"
OUR_PDFS, OCA_PDFS = "ar.dunning.run with PDF", "OCA account_credit_control with PDF"
WITH_OCA = (OCA, OCA_MAILS, OCA_SENT, OCA_PDFS)


def main():
    """Measure and print a table."""
    given = list(map(int, sys.argv[1:]))
    count, mailed, printed = given + [COUNT, MAILED, PRINTED][len(given) :]
    customers = count // ITEMS_PER_CUSTOMER
    print(f"load {os.getloadavg()[0]:.1f}, {count} items of {customers} customers", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        addons = fetch_addons(folder, CREDIT_CONTROL_PACKAGES)
        for way in [DECIDE, OURS, *([OCA] if addons else [])]:
            _print(way, count, in_fresh_process(way, count, addons))
        for way in [OUR_MAILS, *([OCA_MAILS, OCA_SENT] if addons else [])]:
            _print(way, mailed, in_fresh_process(way, mailed, addons))
        for way in [OUR_PDFS, *([OCA_PDFS] if addons else [])]:
            _print(way, printed, in_fresh_process(way, printed, addons))


def _print(way, count, found):
    print(
        f"{way:38} {found['seconds']:8.2f} s  {found['cpu']:8.2f} s CPU"
        f" {count / found['cpu']:9.0f} items/s CPU  {found['queries']:8} SQL  {found['made']}",
        flush=True,
    )


def in_fresh_process(way, count, addons):
    """Return what one way took."""
    command = [sys.executable, __file__, "--way", way, str(count), str(addons or "")]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def run(way, count, addons):
    """Take one way on a copy of the database, and print what it took."""
    database = os.environ["AR_BENCH_DATABASE"]
    copy = f"{database}_dunning"
    config.parse_config(["--no-http", "--log-level", "error"], setup_logging=True)
    if way in WITH_OCA:
        config["addons_path"] = [*config["addons_path"], addons]
    odoo.modules.module.initialize_sys_path()
    copy_database(database, copy)
    try:
        registry = (
            Registry.new(copy, update_module=True, install_modules=["account_credit_control"])
            if way in WITH_OCA
            else Registry(copy)
        )
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            company = prepare_company(env)
            insert_overdue(env, company, count)
            env = env(context={"allowed_company_ids": company.ids})
            print(json.dumps(WAYS[way](env, company.with_env(env))))
    finally:
        sql_db.close_all()
        drop_database(copy)


def insert_overdue(env, company, count):
    """Open invoices of which every one is late, by one to 120 days."""
    insert_history(env, company, count, customer_share=ITEMS_PER_CUSTOMER)
    env.cr.execute(
        SQL(
            """UPDATE account_move_line l
                  SET date_maturity = %s::date - (1 + l.id %% 120)::int, move_name = m.name
                 FROM account_move m
                WHERE m.id = l.move_id AND l.reconciled IS NOT TRUE""",
            TODAY,
        )
    )
    env.cr.execute(
        "UPDATE res_partner SET email = 'c' || id || '@example.com', lang = 'en_US',"
        " email_normalized = 'c' || id || '@example.com' WHERE name LIKE 'Bench customer%'"
    )
    env.cr.commit()
    for table in ("account_move_line", "account_move", "res_partner"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()


def timed(env, act):
    """Run it; return what it took and what it returned."""
    queries, start, cpu = env.cr.sql_log_count, time.perf_counter(), processor_seconds(env.cr)
    made = act()
    env.flush_all()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": processor_seconds(env.cr) - cpu,
        "queries": env.cr.sql_log_count - queries,
        "made": made,
    }


def measure_decide(env, company):
    """Decide about every customer, on facts that are there."""
    partners = env["res.partner"].search([("name", "=like", "Bench customer%")])
    facts = FactsReader(env, company, TODAY).collect(partners)

    def act():
        decisions = [
            decide(customer, facts.rules_of(pid), TODAY, bank_data_date=None)
            for pid, customer in facts.customers.items()
        ]
        return f"{len(decisions)} decisions"

    return timed(env, act)


def measure_ours(env, company, *, attach=False):
    """Run the job that decides and writes."""
    company.ar_dunning_policy_id.level_ids.attach_statement = attach

    def act():
        run_record = env["ar.job.collections.dunning"].ar_run_job(company, TODAY)
        return str(run_record.ar_count_by_kind())

    return timed(env, act)


def measure_our_mails(env, company, *, attach=False):
    """Send what was decided before, to a mail server on loopback."""
    measure_ours(env, company, attach=attach)
    return timed_sending(
        env, company, lambda: env["ar.job.collections.delivery"].ar_run_job(company, TODAY)
    )


def timed_sending(env, company, send):
    """What it takes to send mails to a mail server on loopback."""
    from odoo.addons.ar_automation.tests.automation.smtp_sink import SmtpSink

    sink = SmtpSink()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": sink.port})
    company.email = "receivables@example.com"
    env.cr.commit()

    def act():
        send()
        printed = sum(b"application/pdf" in raw for _to, raw in sink.messages)
        return f"{len(sink.messages)} mails sent, {printed} with a PDF"

    try:
        return timed(env, act)
    finally:
        sink.close()


def prepare_oca(env, company):
    """A run of OCA's addon that is ready to be generated."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", company.id)]
    )
    company.credit_policy_id = policy
    return env["credit.control.run"].create({"date": TODAY, "policy_ids": [(6, 0, policy.ids)]})


def generate_oca(env, batch):
    """Generate lines, then communications."""
    batch.generate_credit_lines()
    env.cr.commit()
    batch.line_ids.write({"channel": "email"})
    batch.set_to_ready_lines()
    made = env["credit.control.communication"]._generate_comm_from_credit_lines(batch.line_ids)
    env.cr.commit()
    return made


def measure_oca(env, company):
    """Generate lines, then communications."""
    batch = prepare_oca(env, company)

    def act():
        made = generate_oca(env, batch)
        return f"{len(batch.line_ids)} lines, {len(made)} communications"

    return timed(env, act)


def measure_oca_mails(env, company, *, attach=False):
    """Make the mails of communications; they are left to Odoo's queue."""
    made = prepare_oca_mails(env, company, attach=attach)
    company.email = "receivables@example.com"
    queued = env["mail.mail"].search_count([])

    def act():
        made._generate_emails()
        env.cr.commit()
        return f"{env['mail.mail'].search_count([]) - queued} mails queued"

    return timed(env, act)


def prepare_oca_mails(env, company, *, attach=False):
    """Communications whose mails have a PDF or none, as ours have."""
    made = generate_oca(env, prepare_oca(env, company))
    levels = env["credit.control.policy.level"].search([])
    levels.mail_show_invoice_detail = True
    if not attach:
        levels.email_template_id.report_template_ids = False
    return made


def measure_oca_sent(env, company):
    """Make the mails of communications, and have Odoo's queue send them."""
    made = prepare_oca_mails(env, company)

    def send():
        made._generate_emails()
        env.cr.commit()
        env["mail.mail"].process_email_queue(batch_size=len(made))

    return timed_sending(env, company, send)


WAYS = {
    DECIDE: measure_decide,
    OURS: measure_ours,
    OCA: measure_oca,
    OUR_MAILS: measure_our_mails,
    OCA_MAILS: measure_oca_mails,
    OCA_SENT: measure_oca_sent,
    OUR_PDFS: lambda env, company: measure_our_mails(env, company, attach=True),
    OCA_PDFS: lambda env, company: measure_oca_mails(env, company, attach=True),
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        run(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main()
