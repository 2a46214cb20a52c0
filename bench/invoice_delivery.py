"""How long invoices take from posted to sent with their PDF, and where the time goes.

Compared in the same run, each way in a fresh process on a copy of the benchmark's database, for
the same invoices of three taxed lines, with a web server of Odoo's beside it from which PDFs
load what they need, as in production:

* ``core, one by one``: ``account.move.send``, invoice by invoice, committed one by one; the mails
  are left in core's queue.
* ``the job``: *Send invoices*, which hands each mail to a mail server on loopback, with its
  claim, proof, log and audit trail.

``./dev bench invoice_delivery --invoices 200`` takes more of them; ``--without-server`` leaves
the web server out, and with it the style of core's PDFs.
"""

import argparse
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections import defaultdict
from datetime import date
from unittest.mock import patch

import odoo
from _databases import copy_database, drop_database
from odoo import sql_db
from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

COUNT, DAY = 40, date(2026, 3, 2)
CORE, OURS = "core, one by one", "the job"


def main():
    """Measure and print a table."""
    options = _parse()
    if options.way:
        run(options)
        return
    print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} processors")
    print(f"{'invoices':>8}  {'what':18} {'s each':>7} {'CPU s':>6} {'ratio':>6} {'SQL':>6}")
    first = None
    for way in (CORE, OURS):
        found = _in_fresh_process(way)
        first = first or found["seconds"]
        count = found["invoices"]
        print(
            f"{count:8}  {way:18} {found['seconds'] / count:7.3f} {found['cpu'] / count:6.3f}"
            f" {found['seconds'] / first:5.2f}x {found['queries'] / count:6.1f}",
            flush=True,
        )
        for part, seconds in found["parts"].items():
            print(f"{'':10}  {part:28} {seconds / count:7.3f}")


def _in_fresh_process(way):
    command = [sys.executable, __file__, *sys.argv[1:], "--way", way]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def run(options):
    """Take one way on a copy of the database, and print what it took."""
    copy = f"{os.environ['AR_BENCH_DATABASE']}_delivery"
    config.parse_config(["--no-http", "--log-level", "error"], setup_logging=True)
    odoo.modules.module.initialize_sys_path()
    copy_database(os.environ["AR_BENCH_DATABASE"], copy)
    try:
        with Registry(copy).cursor() as cr, _web_server(copy, options) as address:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            print(json.dumps(measure(env, options, address)))
    finally:
        sql_db.close_all()
        drop_database(copy)


def measure(env, options, address):
    """Time one way."""
    from odoo.addons.ar_automation.tests.automation.smtp_sink import SmtpSink

    sink = SmtpSink()
    company, moves = _prepare(env, options.invoices, address, sink.port)
    act = {CORE: _send_by_core, OURS: _send_by_job}[options.way]
    act(env, company, moves[:1])  # what is made once, such as stylesheets
    stopwatch = Stopwatch(env)
    queries, start, cpu = env.cr.sql_log_count, time.perf_counter(), _processor_seconds()
    with stopwatch.running():
        act(env, company, moves[1:])
    seconds, used = time.perf_counter() - start, _processor_seconds() - cpu
    _check(env, options.way, moves, sink)
    return {
        "invoices": len(moves) - 1,
        "seconds": seconds,
        "cpu": used,
        "queries": env.cr.sql_log_count - queries,
        "parts": {**stopwatch.parts, "the rest": seconds - sum(stopwatch.parts.values())},
    }


def _check(env, way, moves, sink):
    if not all(move.invoice_pdf_report_id.raw.startswith(b"%PDF") for move in moves):
        raise SystemExit(f"{way}: an invoice has no PDF")
    queued = env["mail.mail"].search_count([("state", "=", "outgoing")])
    if queued + len(sink.messages) < len(moves):
        raise SystemExit(f"{way}: {queued} mails queued, {len(sink.messages)} sent")


def _send_by_core(env, _company, moves):
    sender = env["account.move.send"].with_context(mail_notify_force_send=False)
    report = type(env["ir.actions.report"])
    with patch.object(report, "_ar_prints", lambda *_arguments: False):
        for move in moves:
            sender._generate_and_send_invoices(move, sending_methods=["email"])
            env.cr.commit()


def _send_by_job(env, company, moves):
    moves.ar_deliver(["email"])
    env.cr.commit()
    env["ar.job.invoicing.delivery"].ar_run_job(company, DAY)


class Stopwatch:
    """Adds up the time spent in parts of the way, none inside another."""

    def __init__(self, env):
        self.env = env
        self.parts = defaultdict(float)
        self.inside = False

    @contextlib.contextmanager
    def running(self):
        """Watch the parts."""
        from odoo.addons.ar_automation.models.automation import ir_actions_report
        from odoo.addons.base.models import ir_actions_report as core

        report, sender = type(self.env["ir.actions.report"]), type(self.env["account.move.send"])
        watched = [
            (core, "_run_wkhtmltopdf", "wkhtmltopdf"),
            (ir_actions_report, "print_all", "wkhtmltopdf"),
            (ir_actions_report, "join_documents", "joining PDFs"),
            (report, "_render_qweb_html", "HTML"),
            (report, "_prepare_html", "HTML"),
            (report, "_ar_inline_stylesheets", "HTML"),
            (sender, "_get_default_sending_settings", "text and recipients of mails"),
            (sender, "_link_invoice_documents", "storing PDFs"),
            (sender, "_send_mails", "writing mails"),
            (type(self.env["mail.mail"]), "ar_hand_over", "handing mails over"),
        ]
        with contextlib.ExitStack() as stack:
            for owner, name, part in watched:
                stack.enter_context(patch.object(owner, name, self._watch(owner, name, part)))
            yield

    def _watch(self, owner, name, part):
        original = getattr(owner, name)

        def watched(*args, **kwargs):
            if self.inside:
                return original(*args, **kwargs)
            self.inside, start = True, time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self.inside = False
                self.parts[part] += time.perf_counter() - start

        return watched


def _prepare(env, count, address, smtp_port):
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write({"street": "Main Street 1", "zip": "1000", "city": "Town"})
    company.external_report_layout_id = env.ref("web.external_layout_standard")
    env["ir.config_parameter"].set_param("report.url", address)
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_encryption": "none",
        }
    )
    env["mail.mail"].search([]).unlink()
    partners = env["res.partner"].create(
        [{"name": f"Customer {n}", "email": f"c{n}@example.com"} for n in range(count + 1)]
    )
    products = env["product.product"].create(
        [{"name": name, "list_price": 50.0} for name in ("Base", "Extra", "Support")]
    )
    lines = [{"product_id": product.id, "quantity": 2, "price_unit": 45.0} for product in products]
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": DAY,
                "invoice_line_ids": [Command.create(line) for line in lines],
            }
            for partner in partners
        ]
    )
    moves.action_post()
    env.cr.commit()
    env.invalidate_all()
    return company, moves


@contextlib.contextmanager
def _web_server(database, options):
    """Serve ``database`` as in production; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    if options.without_server:
        yield address
        return
    command = [sys.executable, "-m", "odoo", "server", "--database", database]
    serving = ["--http-interface", "127.0.0.1", "--http-port", str(port)]
    process = subprocess.Popen(
        [*command, *serving, "--max-cron-threads", "0", "--log-level", "error"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port):
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > deadline:
            raise SystemExit("the web server did not start")
        time.sleep(0.2)


def _processor_seconds():
    own, ended = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench invoice_delivery", description=__doc__)
    parser.add_argument("--invoices", type=int, default=COUNT)
    parser.add_argument("--without-server", action="store_true")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
