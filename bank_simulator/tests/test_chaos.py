"""A short chaos on really committed data: killed workers, faults, and nothing lost or double.

The long one is ``./dev bench feed_chaos``.
"""

from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from .chaos import Chaos, Run


@tagged("post_install", "-at_install", "ar_processes")
class TestChaos(BaseCase):
    def test_fetches_under_faults_and_kills_lose_and_double_nothing(self):
        run = Run(Chaos(syncs=20, movements=180, kills=0.25, seed=7), get_db_name())
        outcome = run.run()
        self.assertGreaterEqual(outcome.kills, 3)
        self.assertTrue(outcome.faults)
        self.assertGreater(outcome.ledger, 150)
        self.assertTrue(outcome.is_proven, outcome)
        self.assertEqual(outcome.pending, 0)
