"""Runs a script that kills workers while they send, beside a mail server on loopback."""

import json
import os
import subprocess
import sys
import time

import odoo
from _databases import copy_database, drop_database
from odoo.tools import config


def run_killer(killer, *numbers):
    """Run the script on a copy of the benchmark's database, which is dropped afterwards.

    :param pathlib.Path killer: gets the database, the mail server's port, and the numbers.
    :return: what the script tells as JSON, the messages that the server took, and the moment
        of the beginning by ``time.monotonic``.
    """
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    from odoo.addons.ar_automation.tests.automation.smtp_sink import SmtpSink

    copy = f"{database}_chaos"
    copy_database(database, copy)
    sink, begun = SmtpSink(), time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, str(killer), copy, *map(str, (sink.port, *numbers))],
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        sink.close()
        drop_database(copy)
    return json.loads(done.stdout), sink.messages, begun
