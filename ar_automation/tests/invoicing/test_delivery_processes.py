"""Sending with real processes, SIGKILL and a real mail server, on a copy of the database."""

import logging
from collections import Counter
from email import message_from_bytes

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

    def run_killer(self, *numbers):
        return self.run_script("delivery_killer.py", self.sink.port, *numbers, timeout=200)

    def mails(self):
        return [message_from_bytes(raw) for _to, raw in self.sink.messages]

    def assert_accounted_for(self, report, arrived):
        """Each invoice is sent and has arrived, or is shown as unknown.

        :param Counter arrived: how often the mail server took each invoice.
        """
        self.assertEqual(set(report["invoiced"]), {3.0}, "billed twice, or not at all")
        self.assertEqual(set(report["invoices"]), {1})
        self.assertLessEqual(max(arrived.values()), 1, "sent twice")
        states = {int(move): state for move, state in report["states"].items()}
        sent = {move for move, state in states.items() if state == "sent"}
        unknown = {move for move, state in states.items() if state == "unknown"}
        _logger.info(
            "%s + %s kills over %s invoices: %s mails, %s sent, %s unknown of which %s arrived",
            report["killed_invoicing"],
            report["killed"],
            len(states),
            len(self.sink.messages),
            len(sent),
            len(unknown),
            len(unknown & set(arrived)),
        )
        self.assertEqual(sent | unknown, set(states), "neither sent nor shown as unknown")
        self.assertLessEqual(sent, set(arrived), "called sent without having left")
        leads = {report["leads"][str(move)] for move in unknown}
        self.assertEqual(leads, set(report["inbox"]), "unknown and not in the inbox")
        self.assertEqual(set(report["outcomes"]), {UNKNOWN})
        self.assertTrue(unknown - set(arrived), "some were killed before the dialog")
        self.assertTrue(unknown & set(arrived), "some were killed after it")
        self.assertEqual(report["queue"], 0, "a mail was left to core's queue")

    def test_killed_workers_bill_and_send_nothing_twice_and_lose_nothing(self):
        report = self.run_killer()
        self.assertGreater(report["killed_invoicing"], 2)
        self.assertGreater(report["killed"], 15)
        arrived = Counter(report["message_ids"][mail["Message-Id"]] for mail in self.mails())
        self.assert_accounted_for(report, arrived)

    def test_of_combined_mails_no_invoice_leaves_twice_and_none_is_lost(self):
        report = self.run_killer(36, 10, 5, 3)
        self.assertGreater(report["killed"], 8)
        files = [
            part.get_filename()
            for mail in self.mails()
            for part in mail.walk()
            if part.get_content_disposition() == "attachment"
        ]
        self.assert_accounted_for(report, Counter(report["files"][name] for name in files))
        self.assertLess(len(self.sink.messages), len(files), "nothing was combined")
