"""One process that confirms one order, as a request of the web client would.

Called as ``python confirm_worker.py DATABASE ORDER_ID``; the Odoo configuration comes from
the environment. Prints ``ready`` with its view of the database already taken, and waits
for a line on its standard input, so that several workers confirm at the same moment.
"""

import sys

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying


def main(database, order_id):
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        order = env["sale.order"].browse(int(order_id))
        order.partner_id.read(["name"])
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        retrying(order.action_confirm, env)


if __name__ == "__main__":
    main(*sys.argv[1:])
