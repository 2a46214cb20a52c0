"""One Odoo worker that fetches when it is told to, until it is killed.

Run as ``python -m bank_simulator.tests.chaos_worker DATABASE``. Each line on its standard input is
an order in JSON, each line on its standard output the answer. Time stands at the order's ``now``
and ticks on from there, so that Odoo lives in the bank's time.
"""

import json
import sys
from datetime import date

import odoo
from freezegun import freeze_time
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

COMPANY = "Chaos Ltd"


def set_up(env, order):
    """Create a company with a journal, a connection and a feed for each site; return their ids."""
    company = env["res.company"].create({"name": COMPANY, "currency_id": env.ref("base.EUR").id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.currency_id = env.ref("base.EUR")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    return {name: _connect(env, company, name, site) for name, site in order["sites"].items()}


def _connect(env, company, name, site):
    journal = env["account.journal"].create(
        {"name": name, "code": name[:5].upper(), "type": "bank", "company_id": company.id}
    )
    connection = env["ar.bank.connection"].create(
        {
            "name": name,
            "provider": site["provider"],
            "company_id": company.id,
            "is_test": True,
        }
    )
    env["ar.bank.connection.setting"]._remember(connection, site["settings"])
    env.cr.commit()
    (account,) = _authorise(connection)
    feed = env["ar.bank.feed"].create(
        {
            "connection_id": connection.id,
            "journal_id": journal.id,
            "account_identifier": account.identifier,
            "number": account.number,
            "currency_code": account.currency,
            "from_date": date.fromisoformat(site["first_day"]),
            "has_opening": True,
            "opening_balance": float(site["opening"]),
            "opening_date": date.fromisoformat(site["first_day"]),
        }
    )
    return {"connection": connection.id, "feed": feed.id, "journal": journal.id}


def _authorise(connection):
    """Allow reading as the account owner would, and return the accounts."""
    from . import connecting

    provider, connector = connection._open_connector()
    if provider.has_authorisation and provider.code != "plaid":
        url = connector.start_authorisation(connecting.RETURN_URL, "st4te")
        connector.finish_authorisation(connecting.visit(url))
    return connector.list_accounts()


def renew(env, order):
    """Give a connection whose consent has ended a new one; the account may have a new name."""
    connection = env["ar.bank.connection"].browse(order["connection"])
    (account,) = _authorise(connection)
    connection.feed_ids.account_identifier = account.identifier
    return {"account": account.identifier}


def sync(env, order):
    """Fetch one connection and say how it went."""
    connection = env["ar.bank.connection"].browse(order["connection"])
    fetch = connection.ar_sync()
    return {"state": fetch.state, "error": fetch.error_code or "", "counts": fetch.counts}


def tell(env, order):
    """Return the lines of a journal and the proof of its feed."""
    feed = env["ar.bank.feed"].browse(order["feed"])
    lines = env["account.bank.statement.line"].search([("journal_id", "=", feed.journal_id.id)])
    rows = [
        [str(line.date), f"{line.amount:.2f}", line.ar_provider_id or "", line.payment_ref or ""]
        for line in lines
    ]
    gap, pending = f"{feed.balance_gap:.2f}", len(feed.pending_ids)
    return {"lines": rows, "proof": feed.proof, "gap": gap, "pending": pending}


def clean_up(env, order):
    """Remove what a run left, as far as books can forget; the company is put away."""
    company = env["res.company"].search([("name", "=", COMPANY)])
    lines = env["account.bank.statement.line"].search([("company_id", "in", company.ids)])
    lines.unlink()
    connections = env["ar.bank.connection"].search([("company_id", "in", company.ids)])
    connections.feed_ids.unlink()
    connections.unlink()
    env["ar.exception"].search([("company_id", "in", company.ids)]).unlink()
    company.write({"active": False, "name": f"{COMPANY} (ended {company[:1].id})"})
    return {}


ORDERS = {"set_up": set_up, "renew": renew, "sync": sync, "tell": tell, "clean_up": clean_up}


def main(database):
    """Carry out orders until the input ends."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    odoo.modules.module.initialize_sys_path()
    registry = Registry(database)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for text in sys.stdin:
        order = json.loads(text)
        with freeze_time(order["now"], tick=True), registry.cursor() as cr:
            answer = ORDERS[order["do"]](api.Environment(cr, SUPERUSER_ID, {}), order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
