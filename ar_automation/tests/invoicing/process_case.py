import inspect
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
from odoo import sql_db
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from psycopg2 import sql


class ProcessCase(BaseCase):
    """A copy of the database, in which real processes may commit and be killed."""

    def setUp(self):
        super().setUp()
        self.database = f"{get_db_name()}_killed"
        self.addCleanup(self.drop_database)
        self.drop_database()
        self.copy_database()

    def run_script(self, name, *arguments, timeout):
        """Run a script that lies beside the test on the copy; return what it reports as JSON.

        What it wrote beside its report is kept in ``stderr``, to be told with a failure.
        """
        script = Path(inspect.getfile(type(self))).with_name(name)
        done = subprocess.run(
            [sys.executable, str(script), self.database, *map(str, arguments)],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        self.stderr = done.stderr
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def maintain(self, statement, *names):
        """Run a statement that PostgreSQL allows only outside of transactions."""
        _database, info = sql_db.connection_info_for("postgres")
        connection = psycopg2.connect(**info)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        finally:
            connection.close()

    def drop_database(self):
        self.maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)

    def copy_database(self):
        deadline = time.monotonic() + 30
        while True:
            sql_db.close_db(get_db_name())
            try:
                self.maintain("CREATE DATABASE {} TEMPLATE {}", self.database, get_db_name())
            except psycopg2.errors.ObjectInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return
