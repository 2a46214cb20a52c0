import time

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
