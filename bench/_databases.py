"""Copies of the benchmark's database, for ways that commit or install other addons."""

from contextlib import contextmanager

from odoo import sql_db
from odoo.tools import SQL


def copy_database(original, copy):
    """Make the copy anew."""
    drop_database(copy)
    with _administration() as cr:
        cr.execute(SQL("CREATE DATABASE %s TEMPLATE %s", *map(SQL.identifier, (copy, original))))


def drop_database(name):
    """Remove a database of the benchmark's own, also while a killed worker is still connected."""
    sql_db.close_db(name)
    with _administration() as cr:
        cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))


@contextmanager
def _administration():
    """Open a cursor outside any transaction, as making databases needs."""
    with sql_db.db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        yield cr
