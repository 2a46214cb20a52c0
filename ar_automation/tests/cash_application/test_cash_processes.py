"""Cash application in real processes on really committed data: two at once, killed anywhere."""

import json
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install", "ar_processes")
class TestCashProcesses(BaseCase):
    def test_each_payment_is_applied_once_whoever_is_killed_and_whoever_books_by_hand(self):
        worker = Path(__file__).with_name("cash_worker.py")
        done = subprocess.run(
            [sys.executable, worker, get_db_name(), "3", "8", "7"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        told = json.loads(done.stdout)
        self.assertEqual(told["faults"], {}, done.stderr[-3000:])
        self.assertEqual(told["failed"], 0, done.stderr[-3000:])
        self.assertGreater(told["killed"], 1)
        self.assertEqual(told["by_hand"] + told["by_itself"], 24)
        self.assertTrue(told["by_hand"] and told["by_itself"])
