"""Order files taken by two processes at once, on a copy of the database."""

from odoo.tests import tagged

from .process_case import ProcessCase

ORDERS = 8


@tagged("post_install", "-at_install", "ar_processes")
class TestIntakeProcesses(ProcessCase):
    def test_an_order_number_in_two_files_is_taken_once_by_two_workers(self):
        report = self.run_script("intake_racer.py", ORDERS, timeout=120)
        self.assertEqual(report["quotations"], {f"RACE {n}": 1 for n in range(ORDERS)}, self.stderr)
        self.assertEqual(set(report["lines"]), {1}, "nothing half made")
        self.assertEqual(len(report["lost"]), ORDERS)
        for words in report["lost"]:
            self.assertRegex(words, "taken from another file|RACE|S[0-9]+", "the loser is told why")
        self.assertEqual(report["states"], {"done": ORDERS, "checked": ORDERS})
