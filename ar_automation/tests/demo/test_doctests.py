import doctest
from importlib import import_module

from odoo.tests import BaseCase, tagged

MODULES = (
    "bank_accounts",
    "bank_day",
    "bank_values",
    "camt_writer",
    "customers",
    "identifiers",
    "payment_texts",
    "quarter",
    "replies",
    "returning",
    "story",
)


@tagged("post_install", "-at_install")
class TestDoctests(BaseCase):
    """The examples in the demo's modules are true."""

    def test_examples(self):
        for name in MODULES:
            with self.subTest(module=name):
                module = import_module(f"odoo.addons.ar_automation.demo.{name}")
                failed, tried = doctest.testmod(module)
                self.assertEqual(failed, 0)
                self.assertGreater(tried, 0)
