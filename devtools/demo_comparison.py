"""A small second company: one bank account in three journals, by REST, by SOAP and by file.

Whoever wants to see with own eyes that the three ways tell the same switches to it and puts the
journals side by side.
"""

import urllib.request
from dataclasses import replace

from odoo import Command
from odoo.addons.ar_automation.demo.bank_accounts import previous_working_day
from odoo.addons.ar_automation.models.banking.own_transaction import end_transaction

from bank_simulator.demo_day import make_movements, open_account

from .demo_feeds import add_feed
from .demo_identity import read_journal, require_same

NAME = "Nordwind Feed Comparison"
IBAN = "FI0839390012345755"
BIC = "SBANFIHHXXX"
JOURNALS = {"CREST": "By REST", "CSOAP": "By SOAP", "CFILE": "By file"}


def compare_in_a_company(company, feeds, day):
    """Build the company, feed its journals with all that came on the day, and compare them.

    :param company: the demo company; who works in it may look at the other one
    :param feeds: the ``DemoFeeds`` whose bank keeps the account
    :return: the number of lines, which are the same in all three journals
    :raises DevError: if they are not
    """
    other = _build_company(company)
    booked = previous_working_day(day)
    _open_bank_account(feeds, booked)
    journals = _create_journals(other)
    rest = feeds.connect_rest(other, "Comparison account (Enable Banking)")
    soap = feeds.connect_soap(other, "Comparison account (Web Services)")
    for connection, code in ((rest, "CREST"), (soap, "CSOAP")):
        add_feed(connection, journals[code], (IBAN, booked), {})
        connection.ar_sync()
    address = f"{feeds.server.address('files')}/{IBAN}.camt053?from={booked}&to={booked}"
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - ours
        journals["CFILE"].ar_import_statement_file(f"comparison-{booked}.xml", answer.read())
    end_transaction(other.env)
    told = {code: read_journal(journal, booked) for code, journal in journals.items()}
    for code in journals:
        require_same(NAME, ("By file", told["CFILE"]), (JOURNALS[code], told[code]))
    return len(told["CFILE"])


def _build_company(company):
    env = company.env
    # With a country Odoo would install that country's modules in the middle of the day.
    other = env["res.company"].create({"name": NAME, "currency_id": company.currency_id.id})
    users = env["res.users"].search([("company_ids", "=", company.id), ("share", "=", False)])
    users.write({"company_ids": [Command.link(other.id)]})
    other = other.with_context(allowed_company_ids=other.ids)
    env["account.chart.template"].with_context(allowed_company_ids=other.ids).try_loading(
        "generic_coa", other, install_demo=False
    )
    other.currency_id = company.currency_id
    return other


def _open_bank_account(feeds, booked):
    """The account has every payment that the day's accounts have, all on one day."""
    ledger = feeds.bank.ledger
    for place, delivery in enumerate(feeds.deliveries):
        day = delivery.bank_day
        copied = _move(day, booked)
        if place == 0:
            open_account(ledger, copied)
        ledger.add(*make_movements(copied))


def _move(bank_day, booked):
    entries = tuple(replace(entry, valued=booked) for entry in bank_day.entries)
    return replace(
        bank_day, iban=IBAN, bic=BIC, owner=NAME, day=booked, entries=entries, announced=()
    )


def _create_journals(company):
    journals = company.env["account.journal"].create(
        [
            {"name": name, "code": code, "type": "bank", "company_id": company.id}
            for code, name in JOURNALS.items()
        ]
    )
    return dict(zip(JOURNALS, journals, strict=True))
