"""Collective invoices made by real processes that are killed, on a copy of the database."""

import logging
from collections import Counter

from odoo.tests import tagged

from .process_case import ProcessCase

_logger = logging.getLogger(__name__)

CUSTOMERS, MONTHS, KILLS, SEED = 9, 4, 16, 11
ORDERS_A_MONTH = 2


@tagged("post_install", "-at_install", "ar_processes")
class TestPolicyProcesses(ProcessCase):
    def test_killed_workers_invoice_no_order_twice_and_skip_none(self):
        report = self.run_killer()
        _logger.info("%s kills over %s invoices", report["killed"], report["invoices"])
        self.assertGreater(report["killed"], KILLS // 2)
        self.assertEqual(set(report["invoiced"]), {3.0}, "invoiced twice, or not at all")
        self.assertEqual(set(report["invoices_of_order"]), {1})
        self.assertEqual(set(report["singles"]), {1})
        whole = CUSTOMERS * MONTHS * ORDERS_A_MONTH
        collected = Counter((customer, day) for (customer,), day, _count in report["collected"])
        self.assertEqual(set(collected.values()), {1}, "one invoice per customer and date")
        self.assertEqual(len({day for _customer, day in collected}), MONTHS)
        self.assertEqual({count for _who, _day, count in report["collected"]}, {ORDERS_A_MONTH})
        self.assertEqual(len(report["singles"]) + len(collected) * ORDERS_A_MONTH, whole)
        self.assertEqual(report["states"], ["posted"])
        self.assertEqual(report["numbers"], report["invoices"], "a number was given twice")
        self.assertEqual(report["inbox"], 0)

    def run_killer(self):
        return self.run_script("policy_killer.py", CUSTOMERS, MONTHS, KILLS, SEED, timeout=240)
