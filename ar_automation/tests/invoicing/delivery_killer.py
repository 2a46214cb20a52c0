"""Invoices and sends in worker processes that are killed at given moments.

Called as ``python delivery_killer.py DATABASE SMTP_PORT [ORDERS KILLS SEED TOGETHER]``; the Odoo
configuration comes from the environment. Every customer has TOGETHER orders, whose invoices leave
in one mail if there are several. Loads the registry once and forks a worker per moment. Prints
what became of each invoice as JSON.
"""

import io
import json
import os
import random
import signal
import smtplib
import sys
import traceback
from datetime import timedelta
from unittest.mock import patch

import odoo
from odoo import SUPERUSER_ID, Command, api, fields, sql_db
from odoo.modules.registry import Registry
from odoo.tools.pdf import PdfFileWriter

ORDERS = 30
RANDOM_KILLS = 18
INVOICING_KILLS = 5
INVOICING, DELIVERY = "ar.job.invoicing.orders", "ar.job.invoicing.delivery"


class Killer:
    """Ends the process at the n-th SQL statement, or at a named moment of the SMTP dialog.

    :param moment: the moment; as ``(commits, n)`` the n-th statement after so many commits.
    """

    def __init__(self, moment):
        self.commits, self.moment = moment if isinstance(moment, tuple) else (0, moment)
        self.statements = 0

    def reach(self, moment):
        """Die if this is the moment."""
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def count(self):
        """Take note of a statement, and die if this is the moment."""
        if self.commits <= 0:
            self.statements += 1
            self.reach(self.statements)

    def arm(self):
        """Put the killer between the code and the database, and the mail server."""
        execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit
        connect, data, quit_ = smtplib.SMTP.connect, smtplib.SMTP.data, smtplib.SMTP.quit
        killer = self

        def counted_execute(cursor, *args, **kwargs):
            killer.count()
            return execute(cursor, *args, **kwargs)

        def counted_commit(cursor):
            killer.count()
            killer.commits -= 1
            return commit(cursor)

        def watched_connect(smtp, *args, **kwargs):
            killer.reach("before connecting")
            return connect(smtp, *args, **kwargs)

        def watched_data(smtp, message):
            killer.reach("before the data")
            answer = data(smtp, message)
            killer.reach("after the data")
            return answer

        def watched_quit(smtp):
            killer.reach("before hanging up")
            return quit_(smtp)

        sql_db.Cursor.execute, sql_db.Cursor.commit = counted_execute, counted_commit
        smtplib.SMTP.connect, smtplib.SMTP.data = watched_connect, watched_data
        smtplib.SMTP.quit = watched_quit


def prepare(env, port, count, together):
    """Confirm orders, and let mails go to the test's server."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.ar_combine_mails = together > 1
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
    )
    env["sale.order"].search([]).state = "cancel"
    # the killed workers invoice without taxes, which a check would hold back
    env.ref("ar_automation.ar_invoice_check_no_tax").active = False
    partners = env["res.partner"].create(
        [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(count // together)]
    )
    product = env["product.product"].create({"name": "Thing", "invoice_policy": "order"})
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 100.0, "tax_ids": False}
    orders = env["sale.order"].create(
        [
            {"partner_id": partner.id, "order_line": [Command.create(line)]}
            for partner in partners
            for _n in range(together)
        ]
    )
    orders.action_confirm()
    return orders.ids


def without_wkhtmltopdf():
    """Rendering takes a second and is not what is tested here: every invoice is a blank page."""
    writer, page = PdfFileWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(page)

    def render(report, reference, res_ids=None, data=None):
        return dict.fromkeys(res_ids), "pdf"

    def split(report, reference, content, kind):
        return dict.fromkeys(content, page.getvalue())

    report = odoo.registry_of_test["ir.actions.report"]
    patch.object(report, "_pre_render_qweb_pdf", render).start()
    patch.object(report, "_get_splitted_report", split).start()


def fork(registry, code, moment):
    """Start a worker in a process of its own; return its id."""
    sql_db.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        Killer(moment).arm()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env[code].ar_run_job(env.ref("base.main_company"), fields.Date.to_date("2026-03-02"))
        status = 0
    except Exception:  # noqa: BLE001 - the forked process has nobody to raise to
        traceback.print_exc()
    finally:
        os._exit(status)


def forget_grace(registry):
    """Let the minute go by after which a claim counts as abandoned."""
    with registry.cursor() as cr:
        lines = api.Environment(cr, SUPERUSER_ID, {})["ar.run.line"].search(
            [("state", "in", ("prepared", "claimed"))]
        )
        lines.claimed_at = fields.Datetime.now() - timedelta(minutes=2)


def main(database, port, orders=ORDERS, kills=RANDOM_KILLS, seed=7, together=1):
    """Prepare, kill, finish with two workers at once, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = odoo.registry_of_test = Registry(database)
    without_wkhtmltopdf()
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        ids = prepare(env, int(port), int(orders), int(together))
    chance = random.Random(int(seed))  # repeatable
    named = ["before connecting", "before the data", "after the data", "before hanging up"]
    report = {
        "killed_invoicing": kill(
            registry, INVOICING, [chance.randint(20, 300) for _n in range(INVOICING_KILLS)]
        ),
        "killed": kill(
            registry, DELIVERY, named + [chance.randint(20, 400) for _n in range(int(kills))]
        ),
    }
    with registry.cursor() as cr:
        report |= describe(api.Environment(cr, SUPERUSER_ID, {}), ids)
    sys.stdout.write(json.dumps(report))


def kill(registry, code, moments):
    """Kill a worker at each moment, then let two finish at once; return how many died."""
    killed = 0
    for moment in moments:
        killed += os.WIFSIGNALED(os.waitpid(fork(registry, code, moment), 0)[1])
        forget_grace(registry)
    for pid in [fork(registry, code, None), fork(registry, code, None)]:
        os.waitpid(pid, 0)
    return killed


def describe(env, order_ids):
    """What became of each order and invoice."""
    orders = env["sale.order"].browse(order_ids)
    moves = orders.invoice_ids
    inbox = env["ar.exception"].search(
        [("res_model", "=", "account.move"), ("state", "in", ("open", "waiting"))]
    )
    return {
        "invoiced": orders.order_line.mapped("qty_invoiced"),
        "invoices": [len(order.invoice_ids) for order in orders],
        "inbox": inbox.mapped("res_id"),
        "outcomes": inbox.mapped("code"),
        "states": {m.id: m.ar_delivery_state for m in moves},
        "message_ids": {m._ar_delivery_message_id(): m.id for m in moves},
        "files": {m._get_invoice_report_filename(): m.id for m in moves},
        "leads": {m.id: m.ar_delivery_ids[:1].carried_by_id.move_id.id or m.id for m in moves},
        "queue": env["mail.mail"].search_count([("state", "=", "outgoing")]),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
