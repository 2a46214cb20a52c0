"""Another transaction holds the numbers that posting needs, on a copy of the database."""

from odoo.tests import tagged

from .process_case import ProcessCase


@tagged("post_install", "-at_install", "ar_processes")
class TestSequenceLock(ProcessCase):
    def test_what_is_locked_waits_in_words_and_the_rest_goes_on(self):
        report = self.run_script("sequence_holder.py", timeout=120)
        held = report["held"]
        self.assertEqual(held["billed"], [0, 1, 0, 1], "the other journal goes on")
        self.assertEqual(held["states"], ["posted"])
        self.assertEqual(len(held["inbox"]), 2)
        for name, code, state, message, hint in held["inbox"]:
            self.assertEqual((code, state), ("job.locked", "waiting"))
            self.assertIn(f"{name} had to wait", message)
            self.assertIn("tried again by itself", hint)
        free = report["free"]
        self.assertEqual((free["billed"], free["inbox"]), ([1, 1, 1, 1], []))
        soon = report["ended in time"]
        self.assertEqual((soon["billed"], soon["inbox"]), ([2, 2, 2, 2], []))
        self.assertEqual(soon["names"], 8, "each number once")
