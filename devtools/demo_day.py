"""The demo: what is in the company, and one day of its receivables.

``./dev demo`` calls ``run_demo_day`` once, on a fresh database that has the
addon installed, while Odoo serves that database on loopback (so that PDFs find
their style sheets) and a mailbox on loopback takes all outgoing mail.

``AR_DEMO_DATE`` (YYYY-MM-DD) sets an earlier business day than today, and
``AR_DEMO_BANK`` the folder in which the bank keeps its books and files arrive.
"""

import os
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.addons.ar_automation.demo import scenario, summary
from odoo.addons.ar_automation.demo.company import PASSWORD, PORTAL_LOGIN, USERS

from bank_simulator.demo_bank import make_demo_bank, make_demo_server, write_books
from devtools.console import say
from devtools.demo_comparison import compare_in_a_company
from devtools.demo_feeds import DemoFeeds
from devtools.demo_identity import compare_feeds

# A bank makes the statements of a day at one in the night; before, its day is yesterday's.
STATEMENTS_ARE_THERE = timedelta(hours=1, minutes=5)


def run_demo_day(env):
    """Fill the database, run the day on it, and say what it did.

    :param env: superuser environment of the demo database; committed afterwards
    :return: ``summary``, rows of label and value in the order of the day, and
        ``logins``, rows of role, login and password
    :rtype: dict
    """
    day = fields.Date.to_date(os.environ.get("AR_DEMO_DATE")) or _business_day()
    company = scenario.ensure_company(env, day, report=say)
    env.cr.commit()
    identical = _live_day(company, day, Path(os.environ["AR_DEMO_BANK"]))
    env.cr.commit()
    rows = [*summary.read_summary(company, day), *identical]
    return {"summary": rows, "logins": list_logins()}


def _business_day():
    return (fields.Datetime.now() - STATEMENTS_ARE_THERE).date()


def _live_day(company, day, folder):
    """Live the day with the banks connected; return rows that say what was compared."""
    folder.mkdir(parents=True, exist_ok=True)
    bank = make_demo_bank()
    with make_demo_server(bank) as server:
        feeds = DemoFeeds(server, folder / "files")
        scenario.live_day(company, day, deliver=feeds.deliver, report=say)
        company.env.cr.commit()
        say("reading every account by REST, by SOAP and by file")
        lines = compare_feeds(feeds.deliveries)
        compared = compare_in_a_company(company, feeds, day)
    (folder / "books.json").write_text(write_books(bank))
    return [
        ("REST = SOAP = file = journal, three accounts", f"{lines} lines identical"),
        ("REST = SOAP = file, company Feed Comparison", f"{compared} lines identical"),
    ]


def list_logins():
    """Return role, login and password of everybody who can log in."""
    people = [(name.split()[-1], login, PASSWORD) for login, (name, _groups) in USERS.items()]
    return [
        ("Administrator", "admin", "admin"),
        *people,
        ("Customer (portal)", PORTAL_LOGIN, PASSWORD),
    ]
