"""Order files taken by two processes at once, on a copy of the database."""

import json
import os
import subprocess
import sys
from pathlib import Path

from odoo.tests import tagged

from .process_case import ProcessCase

ORDERS = 8


@tagged("post_install", "-at_install", "ar_processes")
class TestIntakeProcesses(ProcessCase):
    def test_an_order_number_in_two_files_is_taken_once_by_two_workers(self):
        script = Path(__file__).with_name("intake_racer.py")
        done = subprocess.run(
            [sys.executable, str(script), self.database, str(ORDERS)],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["quotations"], {f"RACE {n}": 1 for n in range(ORDERS)}, done.stderr)
        self.assertEqual(set(report["lines"]), {1}, "nothing half made")
        self.assertEqual(len(report["lost"]), ORDERS)
        for words in report["lost"]:
            self.assertRegex(words, "taken from another file|RACE|S[0-9]+", "the loser is told why")
        self.assertEqual(report["states"], {"done": ORDERS, "checked": ORDERS})
