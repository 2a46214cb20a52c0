"""The demo's bank feeds: one account by REST, one by SOAP, one by file.

The bank is the simulator's. It runs in this very program while the day is lived; afterwards
``./dev demo`` goes on with its books in a process of its own. What a user would type into the
*Connect a bank* wizard is entered here.
"""

import os
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

from odoo.addons.ar_automation.demo.bank_accounts import EXPORT, MAIN, NORDIC
from odoo.addons.ar_automation.models.banking.own_transaction import end_transaction

from bank_simulator import Fault
from bank_simulator.demo_bank import grant_session
from bank_simulator.demo_day import make_movements, open_account
from bank_simulator.faces.jwt import make_key_pair

from .bank_identity import read_identity

CONSENT_LEFT = timedelta(days=12, hours=6)
APPLICATION = "simulated-app"
CUSTOMER = "11111111"
# In the evening before all was well; in the night the bank could not be reached.
EVENING, NIGHT = clock_time(18, 30), clock_time(0, 40)
FETCH_TAKES = timedelta(seconds=4)
RETRY = timedelta(minutes=15)


class DemoFeeds:
    """Connects the company's accounts with a running simulator and lets the day arrive.

    :param server: the ``BankServer`` that plays all banks
    :param folder: ``Path`` of the folder that is watched for the third account's files
    """

    def __init__(self, server, folder):
        self.server = server
        self.bank = server.bank
        self.folder = folder
        self.deliveries = []

    def deliver(self, scene, deliveries):
        """Connect the accounts, let an evening and a night pass, and give the banks the day.

        What they tell is fetched by the day's jobs.
        """
        self.deliveries = deliveries
        days = {delivery.account: delivery.bank_day for delivery in deliveries}
        for bank_day in days.values():
            open_account(self.bank.ledger, bank_day)
        by_account = {delivery.account: delivery for delivery in deliveries}
        scene.report("connecting two accounts; the third one's file arrives in a folder")
        rest = self._connect_rest(scene.company, by_account[MAIN])
        soap = self._connect_soap(scene.company, by_account[NORDIC])
        for connection in (rest, soap):
            _backdate(connection.ar_sync(trigger="cron"), scene.day - timedelta(days=1), EVENING)
        self._fail_in_the_night(rest, scene.day)
        for bank_day in days.values():
            self.bank.ledger.add(*make_movements(bank_day))
        self._drop_file(by_account[EXPORT])
        end_transaction(scene.company.env)

    def connect_rest(self, company, name):
        """Return a connection to the simulator's REST face that may read all accounts."""
        private, public = self.bank.memory.setdefault("demo-keys", make_key_pair())
        self.bank.settings["enable_banking.public_key"] = public
        session = grant_session(self.bank, self.bank.clock.now() + CONSENT_LEFT)
        return _connect(
            company,
            name,
            "enable_banking",
            {
                "application_id": APPLICATION,
                "private_key": private,
                "bank": "Simulated Bank",
                "country": "DE",
                "test_address": self.server.address("enable_banking"),
                "session_id": session,
            },
        )

    def connect_soap(self, company, name):
        """Return a connection to the simulator's SOAP face, with the keys that the bank gave."""
        address = self.server.address("finnish")
        settings = {
            "bank": "op",
            "customer_id": CUSTOMER,
            "environment": "TEST",
            "test_address": address,
            **read_identity(address),
        }
        return _connect(company, name, "finnish_ws", settings)

    def _connect_rest(self, company, delivery):
        connection = self.connect_rest(company, f"{delivery.account.bank} (Enable Banking)")
        bank_day = delivery.bank_day
        opening = {
            "has_opening": True,
            "opening_balance": float(bank_day.opening),
            "opening_date": bank_day.day,
        }
        add_feed(connection, delivery.journal, (bank_day.iban, bank_day.day), opening)
        return connection

    def _connect_soap(self, company, delivery):
        connection = self.connect_soap(company, f"{delivery.account.bank} (Web Services)")
        bank_day = delivery.bank_day
        add_feed(connection, delivery.journal, (bank_day.iban, bank_day.day), {})
        return connection

    def _fail_in_the_night(self, connection, day):
        self.bank.scenario.switch([Fault("server_error", face="enable_banking", status=503)])
        sync = connection.ar_sync(trigger="cron")
        self.bank.scenario.switch([])
        _backdate(sync, day, NIGHT)
        _backdate_trouble(connection, datetime.combine(day, NIGHT))

    def _drop_file(self, delivery):
        self.folder.mkdir(parents=True, exist_ok=True)
        delivery.journal.ar_watch_folder = str(self.folder)
        path = self.folder / delivery.filename
        path.write_bytes(delivery.content)
        # It has been there for a while: a file that still changes is left alone.
        an_hour_ago = time.time() - 3600
        os.utime(path, (an_hour_ago, an_hour_ago))


def add_feed(connection, journal, account, opening):
    """Lead an account of a connection into a journal.

    :param account: its IBAN, and the day from which on it is fetched
    :param opening: values of the opening balance, if it is known
    """
    iban, from_date = account
    _provider, connector = connection._open_connector()
    (remote,) = [each for each in connector.list_accounts() if each.number == iban]
    feed = connection.env["ar.bank.feed"].create(
        {
            "connection_id": connection.id,
            "journal_id": journal.id,
            "account_identifier": remote.identifier,
            "number": remote.number,
            "currency_code": remote.currency,
            "account_name": remote.name,
            "from_date": from_date,
            **opening,
        }
    )
    end_transaction(connection.env)
    return feed


def _connect(company, name, provider, settings):
    env = company.env
    connection = env["ar.bank.connection"].create(
        {
            "name": name,
            "provider": provider,
            "company_id": company.id,
            "is_test": True,
            "responsible_id": env["res.users"].search([("login", "=", "supervisor")]).id,
        }
    )
    env["ar.bank.connection.setting"]._remember(connection, settings)
    end_transaction(env)
    result = connection.ar_test()
    end_transaction(env)
    if not result.ok:
        raise RuntimeError(result.message)
    return connection


def _backdate(sync, day, moment):
    """Let a fetch have taken place at another moment; it does not count for today."""
    started = datetime.combine(day, moment)
    sync.write({"started_at": started, "ended_at": started + FETCH_TAKES})
    values = {"last_attempt_at": started, "calls_count": 0, "calls_date": False}
    if sync.state == "done":
        values |= {"last_success_at": started + FETCH_TAKES, "covered_until": day}
    sync.feed_ids.write(values)
    sync.connection_id.next_sync_at = False
    end_transaction(sync.env)


def _backdate_trouble(connection, moment):
    """Let a failure have happened at another moment; it is due to be tried again."""
    connection.error_at = moment
    connection.env["ar.exception"].search(
        [("res_model", "=", connection._name), ("res_id", "=", connection.id)]
    ).write({"first_seen_at": moment, "last_seen_at": moment, "next_attempt_at": moment + RETRY})
    end_transaction(connection.env)
