"""Sending with real processes, SIGKILL and a real mail server, on a copy of the database."""

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from odoo.tests import tagged

from ..automation.smtp_sink import SmtpSink
from .process_case import ProcessCase

_logger = logging.getLogger(__name__)

UNKNOWN = "job.outcome_unknown"


@tagged("post_install", "-at_install", "ar_processes")
class TestDeliveryProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        self.sink = SmtpSink()
        self.addCleanup(self.sink.close)

    def test_killed_workers_bill_and_send_nothing_twice_and_lose_nothing(self):
        script = Path(__file__).with_name("delivery_killer.py")
        done = subprocess.run(
            [sys.executable, str(script), self.database, str(self.sink.port)],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        taken = Counter(message_from_bytes(raw)["Message-Id"] for _to, raw in self.sink.messages)
        self.assertGreater(report["killed_invoicing"], 2, done.stderr)
        self.assertEqual(set(report["invoiced"]), {3.0}, "billed twice, or not at all")
        self.assertEqual(set(report["invoices"]), {1})
        self.assertGreater(report["killed"], 15, done.stderr)
        self.assertLessEqual(max(taken.values()), 1, "sent twice")
        states = {int(move): state for move, state in report["states"].items()}
        arrived = {report["message_ids"][message_id] for message_id in taken}
        sent = {move for move, state in states.items() if state == "sent"}
        unknown = {move for move, state in states.items() if state == "unknown"}
        _logger.info(
            "%s + %s kills over %s invoices: %s mails, %s sent, %s unknown of which %s arrived",
            report["killed_invoicing"],
            report["killed"],
            len(states),
            taken.total(),
            len(sent),
            len(unknown),
            len(unknown & arrived),
        )
        self.assertEqual(sent | unknown, set(states), "neither sent nor shown as unknown")
        self.assertLessEqual(sent, arrived, "called sent without having left")
        self.assertEqual(unknown, set(report["inbox"]), "unknown and not in the inbox")
        self.assertEqual(set(report["outcomes"]), {UNKNOWN})
        self.assertTrue(unknown - arrived, "some were killed before the dialog")
        self.assertTrue(unknown & arrived, "some were killed after it")
        self.assertEqual(report["queue"], 0, "a mail was left to core's queue")
