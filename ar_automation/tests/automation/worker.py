"""One worker process: loads the registry and runs one test job once.

Called as ``python worker.py DATABASE JOB_CODE COMPANY_ID DAY``; the Odoo configuration
comes from the environment. Prints ``ready`` and waits for a line on its standard input,
so that several workers begin at the same moment.
"""

import sys
from datetime import date

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def main(database, code, company_id, day):
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.automation import fake_job

    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        fake_job.register(env)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        env[code].ar_run_job(env["res.company"].browse(int(company_id)), date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
