"""Takes the same order number from two files at once, in two processes.

Called as ``python intake_racer.py DATABASE ORDERS``; the Odoo configuration comes from the
environment. Prints how often each order number became a quotation as JSON.
"""

import json
import os
import sys
import traceback
from collections import Counter

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying

HEADER = "Customer code;PO number;Product code;Quantity\n"


def main(database, count):
    """Prepare two files per order number, take each pair at once, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = Registry(database)
    with registry.cursor() as cr:
        pairs = prepare(api.Environment(cr, SUPERUSER_ID, {}), count)
    for pair in pairs:
        race(registry, pair)
    with registry.cursor() as cr:
        report = describe(api.Environment(cr, SUPERUSER_ID, {}), pairs)
    sys.stdout.write(json.dumps(report))


def prepare(env, count):
    """Receive the files; they name the same orders and are not the same."""
    company = env.ref("base.main_company")
    env["res.partner"].create({"name": "Racer", "ref": "RACE-7"})
    env["product.product"].create({"name": "Thing", "default_code": "RACE-1"})
    intakes = env["ar.order.intake"]
    return [
        [
            intakes.ar_receive(
                company, "orders.csv", f"{HEADER}RACE-7;RACE {n};RACE-1;{quantity}\n".encode()
            ).id
            for quantity in (1, 2)
        ]
        for n in range(count)
    ]


def race(registry, pair):
    """Let a process take each file; both begin at the same moment."""
    sql_db.close_all()
    start, gate = os.pipe()
    pids = [fork(registry, intake_id, start, gate) for intake_id in pair]
    os.close(start)
    os.close(gate)
    for pid in pids:
        os.waitpid(pid, 0)


def fork(registry, intake_id, start, gate):
    """Start a process that takes a file once the gate is closed; return its id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.close(gate)
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            intake = env["ar.order.intake"].browse(intake_id)
            env["ir.config_parameter"].get_param("database.uuid")  # connected and warm
            cr.rollback()
            os.read(start, 1)
            retrying(intake.action_take, env)
        status = 0
    except Exception:  # noqa: BLE001 - the forked process has nobody to raise to
        traceback.print_exc()
    finally:
        os._exit(status)


def describe(env, pairs):
    """How often each number became a quotation, and what the loser of each pair says."""
    orders = env["sale.order"].search([("client_order_ref", "like", "RACE ")])
    intakes = env["ar.order.intake"].browse([one for pair in pairs for one in pair])
    lost = intakes.intake_order_ids.filtered(lambda order: not order.order_id)
    return {
        "quotations": Counter(orders.mapped("client_order_ref")),
        "lines": [len(order.order_line) for order in orders],
        "lost": [order.problem or order.repeats or "" for order in lost],
        "states": Counter(intakes.mapped("state")),
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
