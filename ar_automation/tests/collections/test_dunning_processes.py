"""Reminders with real processes, SIGKILL and a real mail server, on a copy of the database."""

import logging
from collections import Counter

from odoo.tests import tagged

from ..automation.smtp_sink import SmtpSink
from ..invoicing.process_case import ProcessCase

_logger = logging.getLogger(__name__)

UNKNOWN = "job.outcome_unknown"


@tagged("post_install", "-at_install", "ar_processes")
class TestDunningProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        self.sink = SmtpSink()
        self.addCleanup(self.sink.close)

    def test_killed_workers_mail_nobody_twice_and_forget_nobody(self):
        report = self.run_script("dunning_killer.py", self.sink.port, timeout=150)
        taken = Counter(address for to, _raw in self.sink.messages for address in to)
        customers, states = set(report["customers"]), report["states"]
        sent = {address for address, state in states.items() if state == "sent"}
        unknown = {address for address, state in states.items() if state == "unknown"}
        _logger.info(
            "%s + %s kills over %s reminders: %s mails, %s sent, %s unknown of which %s arrived",
            report["killed_deciding"],
            report["killed"],
            len(states),
            taken.total(),
            len(sent),
            len(unknown),
            len(unknown & set(taken)),
        )
        self.assertGreater(report["killed_deciding"], 1, self.stderr)
        self.assertGreater(report["killed"], 12, self.stderr)
        self.assertEqual(sorted(report["notices"]), sorted(customers), "decided twice, or never")
        self.assertEqual(max(taken.values()), 1, "mailed twice")
        self.assertEqual(sent | unknown, customers, "neither mailed nor shown as unknown")
        self.assertLessEqual(sent, set(taken), "called sent without having left")
        self.assertEqual(unknown, set(report["inbox"]), "unknown and not in the inbox")
        self.assertEqual(set(report["outcomes"]), {UNKNOWN})
        self.assertFalse(report["without_text"], "what was sent was not kept")
        self.assertEqual(report["queue"], 0, "a mail was left to core's queue")
