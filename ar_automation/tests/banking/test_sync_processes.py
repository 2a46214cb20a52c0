"""Fetches in real processes on really committed data: killed at any statement, and two at once."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from . import ledger_bank

CODE = "KILL"


@tagged("post_install", "-at_install", "ar_processes")
class TestSyncProcesses(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        registration = ledger_bank.registered()
        self.bank = registration.__enter__()
        self.addCleanup(registration.__exit__, None, None, None)
        self.addCleanup(self.clean_database)
        with self.registry.cursor() as cr:
            self.connection_id = self.create_connection(self.environment(cr)).id

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def create_connection(self, env):
        company = env.ref("base.main_company")
        liquidity, suspense = env["account.account"].create(
            [
                {"name": name, "code": f"{CODE}{number}", "account_type": "asset_cash"}
                for number, name in enumerate(("Bank", "Suspense"))
            ]
        )
        suspense.account_type = "asset_current"
        journal = env["account.journal"].create(
            {
                "name": "Killed bank",
                "code": CODE,
                "type": "bank",
                "company_id": company.id,
                "default_account_id": liquidity.id,
                "suspense_account_id": suspense.id,
            }
        )
        connection = env["ar.bank.connection"].create(
            {"name": CODE, "provider": ledger_bank.CODE, "company_id": company.id}
        )
        for setting in connection.setting_ids:
            setting.shown_value = "x"
        env["ar.bank.feed"].create(
            {
                "connection_id": connection.id,
                "journal_id": journal.id,
                "account_identifier": "acc-1",
                "currency_code": journal.company_id.currency_id.name,
                "from_date": date(2026, 3, 1),
                "overlap_days": 400,
            }
        )
        return connection

    def clean_database(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            connection = env["ar.bank.connection"].browse(self.connection_id)
            journal = connection.feed_ids.journal_id
            env["ar.exception"].search([("res_model", "=like", "ar.bank.%")]).unlink()
            of_journal = [("journal_id", "=", journal.id)]
            env["account.bank.statement"].search(of_journal).unlink()
            env["account.bank.statement.line"].search(of_journal).unlink()
            env["ar.statement.import"].search(of_journal).unlink()
            connection.unlink()
            accounts = journal.default_account_id | journal.suspense_account_id
            journal.unlink()
            accounts.unlink()

    def work(self, mode, rounds, script="sync_worker.py"):
        worker = Path(__file__).with_name(script)
        done = subprocess.run(
            [sys.executable, worker, get_db_name(), str(self.connection_id), mode, str(rounds)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        return json.loads(done.stdout)

    def stored(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            lines = env["account.bank.statement.line"].search([("journal_id.code", "=", CODE)])
            return Counter((line.date.isoformat(), line.amount) for line in lines)

    def check_killed(self, mode):
        result = self.work(mode, 14)
        ledger = Counter((day, float(amount)) for day, amount in result["ledger"])
        self.assertGreater(result["killed"], 9)
        self.assertEqual(self.stored(), ledger)

    def test_killed_at_any_statement_by_name(self):
        self.check_killed("named")

    def test_killed_at_any_statement_by_count(self):
        self.check_killed("nameless")

    def test_killed_at_any_statement_with_a_cursor(self):
        self.check_killed("cursor")

    def test_the_job_killed_anywhere_stores_each_file_once_and_tells_the_bank(self):
        rounds = 6
        with tempfile.TemporaryDirectory() as folder:
            result = self.work(folder, rounds, "job_worker.py")
        self.assertGreater(result["killed"], 3)
        self.assertEqual(len(result["told"]), rounds)
        expected = Counter({10.0: 2 * rounds, -1.0: rounds})
        expected.update(float(number + 1) for number in range(rounds))
        stored = Counter()
        for (_day, amount), count in self.stored().items():
            stored[amount] += count
        self.assertEqual(stored, expected)

    def test_two_workers_cannot_fetch_one_connection_at_once(self):
        with self.registry.cursor() as cr, self.registry.cursor() as other:
            connection = self.environment(cr)["ar.bank.connection"].browse(self.connection_id)
            self.assertTrue(connection.try_lock_for_update(allow_referencing=True))
            with self.assertRaisesRegex(UserError, "being fetched by somebody else"):
                self.environment(other)["ar.bank.connection"].browse(self.connection_id).ar_sync()
