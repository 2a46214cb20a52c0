"""Recurring plans billed by real processes that are killed, on a copy of the database."""

import logging

from odoo.tests import tagged

from .process_case import ProcessCase

_logger = logging.getLogger(__name__)

PLANS, ROUNDS, KILLS, SEED = 12, 4, 16, 7


@tagged("post_install", "-at_install", "ar_processes")
class TestPlanProcesses(ProcessCase):
    def test_killed_workers_bill_no_period_twice_and_skip_none(self):
        report = self.run_script("plan_killer.py", PLANS, ROUNDS, KILLS, SEED, timeout=150)
        _logger.info("%s kills over %s invoices", report["killed"], report["invoices"])
        self.assertGreater(report["killed"], KILLS // 2, self.stderr)
        self.assertEqual(len(report["billed"]), PLANS)
        once = dict.fromkeys(report["expected"], 1)
        for plan, billed in report["billed"].items():
            self.assertEqual(billed, once, "billed twice, or not at all")
            self.assertEqual(report["recorded"][plan], once)
        self.assertEqual(set(report["states"]), {"posted"})
        self.assertEqual(set(report["queued"]), {"queued"})
        self.assertEqual(report["numbers"], report["invoices"], "a number was given twice")
        self.assertEqual(report["inbox"], 0)
