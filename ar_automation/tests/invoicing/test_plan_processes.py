"""Recurring plans billed by real processes that are killed, on a copy of the database."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from odoo.tests import tagged

from .process_case import ProcessCase

_logger = logging.getLogger(__name__)

PLANS, ROUNDS, KILLS, SEED = 12, 4, 16, 7


@tagged("post_install", "-at_install", "ar_processes")
class TestPlanProcesses(ProcessCase):
    def test_killed_workers_bill_no_period_twice_and_skip_none(self):
        script = Path(__file__).with_name("plan_killer.py")
        numbers = map(str, (PLANS, ROUNDS, KILLS, SEED))
        done = subprocess.run(
            [sys.executable, str(script), self.database, *numbers],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        _logger.info("%s kills over %s invoices", report["killed"], report["invoices"])
        self.assertGreater(report["killed"], KILLS // 2, done.stderr)
        self.assertEqual(len(report["billed"]), PLANS)
        once = dict.fromkeys(report["expected"], 1)
        for plan, billed in report["billed"].items():
            self.assertEqual(billed, once, "billed twice, or not at all")
            self.assertEqual(report["recorded"][plan], once)
        self.assertEqual(set(report["states"]), {"posted"})
        self.assertEqual(set(report["queued"]), {"queued"})
        self.assertEqual(report["numbers"], report["invoices"], "a number was given twice")
        self.assertEqual(report["inbox"], 0)
