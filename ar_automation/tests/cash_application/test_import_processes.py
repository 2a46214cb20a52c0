"""A file that is imported and applied by a process that dies: all of it or nothing, and once."""

import json
import os
import subprocess
import sys
from pathlib import Path

from odoo.tests import tagged

from ..invoicing.process_case import ProcessCase


@tagged("post_install", "-at_install", "ar_processes")
class TestImportProcesses(ProcessCase):
    def test_a_killed_import_leaves_nothing_and_the_next_ones_apply_everything_once(self):
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("import_killer.py"), self.database],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        told = json.loads(done.stdout)
        self.assertGreater(told["killed"], 3, done.stderr[-3000:])
        self.assertEqual(set(told["left"]), {0}, "a part of the file stayed")
        self.assertEqual(told["ended"], [0, 0], done.stderr[-3000:])
        self.assertEqual((told["lines"], told["straight"]), (12, 12))
        self.assertEqual(told["faults"], {})
