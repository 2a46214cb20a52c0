"""Receipts with real processes, SIGKILL and a real mail server, on a copy of the database."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email import policy as email_policy
from pathlib import Path

from odoo.tests import tagged

from ..automation.smtp_sink import SmtpSink
from ..invoicing.process_case import ProcessCase


@tagged("post_install", "-at_install", "ar_processes")
class TestReceiptProcesses(ProcessCase):
    def setUp(self):
        super().setUp()
        self.sink = SmtpSink()
        self.addCleanup(self.sink.close)

    def test_killed_workers_send_no_receipt_twice_and_forget_none(self):
        done = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("receipt_killer.py"),
                self.database,
                str(self.sink.port),
            ],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        told = json.loads(done.stdout)
        taken = Counter(invoice_of(raw) for _to, raw in self.sink.messages)
        states = told["states"]
        sent = {name for name, state in states.items() if state == "sent"}
        unknown = {name for name, state in states.items() if state == "unknown"}
        self.assertGreater(told["killed"], 10, done.stderr[-3000:])
        self.assertLessEqual(max(taken.values()), 1, "sent twice")
        self.assertEqual(sent | unknown, set(states), "neither sent nor shown as unknown")
        self.assertLessEqual(sent, set(taken), "called sent without having left")
        self.assertEqual(unknown, set(told["inbox"]), "unknown and not in the inbox")
        self.assertEqual(set(told["outcomes"]), {"job.outcome_unknown"})
        self.assertTrue(unknown - set(taken), "some were killed before the dialog")
        self.assertTrue(unknown & set(taken), "some were killed after it")
        self.assertEqual(told["queue"], 0, "a mail was left to core's queue")


def invoice_of(raw):
    """The number of the invoice that a receipt names."""
    message = message_from_bytes(raw, policy=email_policy.default)
    return re.search(r"INV/[\d/]+", message.get_body(("plain", "html")).get_content())[0]
