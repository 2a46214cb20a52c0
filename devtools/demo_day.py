"""The demo: what is in the company, and one day of its receivables.

``./dev demo`` calls ``run_demo_day`` once, on a fresh database that has the
addon installed, while Odoo serves that database on loopback (so that PDFs find
their style sheets) and a mailbox on loopback takes all outgoing mail.

``AR_DEMO_DATE`` (YYYY-MM-DD) sets another business day than today.
"""

import os

from odoo import fields
from odoo.addons.ar_automation.demo import scenario, summary
from odoo.addons.ar_automation.demo.company import PASSWORD, PORTAL_LOGIN, USERS

from devtools.console import say


def run_demo_day(env):
    """Fill the database, run the day on it, and say what it did.

    Run again on the same day it changes nothing and says the same.

    :param env: superuser environment of the demo database; committed afterwards
    :return: ``summary``, rows of label and value in the order of the day, and
        ``logins``, rows of role, login and password
    :rtype: dict
    """
    day = fields.Date.to_date(os.environ.get("AR_DEMO_DATE")) or fields.Date.today()
    company = scenario.ensure_company(env, day, report=say)
    env.cr.commit()
    scenario.live_day(company, day, report=say)
    env.cr.commit()
    return {"summary": summary.read_summary(company, day), "logins": list_logins()}


def list_logins():
    """Return role, login and password of everybody who can log in."""
    people = [(name.split()[-1], login, PASSWORD) for login, (name, _groups) in USERS.items()]
    return [
        ("Administrator", "admin", "admin"),
        *people,
        ("Customer (portal)", PORTAL_LOGIN, PASSWORD),
    ]
