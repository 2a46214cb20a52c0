"""Databases: a template with the addon's dependencies, cloned for every use.

A database's comment holds the hash of what it was made from. It is written
last, under a temporary name, so that an interrupted database is never used.
"""

import ast
import os
import shutil

from . import disk
from .console import DevError, run_step
from .locking import exclusive
from .results import hash_of, remove_tree
from .workspace import ADDON

# Changing these does not change what the installation writes to the database.
NOT_INSTALLED = ("tests", "engine", "banking", "static", "demo")
INSTALLED_SUFFIXES = (".py", ".xml", ".csv", ".sql", ".po")

WITHOUT_AUTOVACUUM = """
DO $$
DECLARE tab regclass;
BEGIN
    FOR tab IN SELECT oid FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', tab);
    END LOOP;
END $$"""


def addon_dependencies(manifest):
    """Return the names that a manifest's text depends on."""
    return sorted(ast.literal_eval(manifest)["depends"])


def files_hash(folder, without=(), suffixes=None):
    """Return the hash of a folder's files, their names included.

    :param tuple without: names of sub-folders that do not count
    :param tuple suffixes: the only kinds of file that count, if given
    """
    parts = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        skipped = name.parts[0] in without or "__pycache__" in name.parts
        if not skipped and (suffixes is None or path.suffix in suffixes) and path.is_file():
            parts += [str(name), path]
    return hash_of(*parts)


class Databases:
    """The databases of an environment."""

    def __init__(self, environment):
        self.environment = environment
        self.workspace = environment.workspace
        self.server = environment.server

    def ensure_template(self):
        """Return the template's name, built first if it is missing."""
        modules = addon_dependencies(self._manifest())
        name = f"ar_base_{hash_of(self.environment.odoo.identity, *modules)}"
        with exclusive(self.workspace.cache / "template.lock", "the template database"):
            if self.made_from(name) is None:
                disk.require_free_space(self.workspace.cache, 3, "the template database")
                self._build(name, "template0", modules, "complete")
        return name

    def ensure_with_addon(self, name, *, fresh=False):
        """Return whether the database had to be made anew from the template.

        :param str name: the database, which has the addon installed afterwards
        :param bool fresh: make it anew even if the addon has not changed
        """
        template = self.ensure_template()
        code = files_hash(self.workspace.addon, NOT_INSTALLED, INSTALLED_SUFFIXES)
        key = hash_of(template, code)
        if not fresh and self.made_from(name) == key:
            return False
        self._build(name, template, [ADDON], key)
        return True

    def ensure_for_tests(self, name):
        """Make a database with the addon whose statistics no test can spoil.

        Tests do not commit what they write. PostgreSQL's autovacuum, seeing thousands of rows
        of which none counts, notes that a table is empty, and the queries of a test that has
        filled it are planned for no rows: one ran for minutes instead of milliseconds.
        """
        self.ensure_with_addon(name)
        self.server.query(WITHOUT_AUTOVACUUM, name)

    def made_from(self, name):
        """Return the hash a database was made from, None if it is not there."""
        rows = self.server.query(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '')"
            f" FROM pg_database WHERE datname = '{name}'"
        )
        return rows[0][0] if rows and rows[0] else None

    def drop(self, name):
        """Remove a database with its files, also while somebody is connected."""
        self.server.query(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        self.server.query(f'DROP DATABASE IF EXISTS "{name}"')
        remove_tree(self.filestore(name))

    def filestore(self, name):
        """Return the folder of a database's attachments."""
        return self.workspace.cache / "odoo-data" / "filestore" / name

    def own_names(self):
        """List the databases that carry this workspace's prefix."""
        prefix = self.workspace.prefix
        rows = self.server.query(
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}_')"
        )
        return [row[0] for row in rows if not row[0].startswith("ar_base_")]

    def _build(self, name, template, modules, key):
        draft = f"{name}_building"
        self.drop(draft)
        self._clone(template, draft)
        log = self.workspace.own / f"{name}.log"
        run_step(
            f"Installing {', '.join(modules)} into {name}",
            self.environment.odoo_command(
                *("server", "--database", draft, "--init", ",".join(modules)),
                *("--stop-after-init", "--no-http", "--max-cron-threads", 0),
            ),
            log,
            env=self.environment.variables(),
        )
        self._refuse_half_installed(draft, modules, log)
        self.drop(name)
        if self.filestore(draft).exists():
            self.filestore(draft).rename(self.filestore(name))
        self.server.query(f"COMMENT ON DATABASE \"{draft}\" IS '{key}'")
        self.server.query(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')  # now it counts

    def _clone(self, template, name):
        options = " LC_COLLATE 'C' ENCODING 'UTF8'" if template == "template0" else ""
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{options}')
        if self.filestore(template).exists():
            # Odoo never changes a stored file: a second name for it is enough.
            shutil.copytree(self.filestore(template), self.filestore(name), copy_function=os.link)

    def _refuse_half_installed(self, database, modules, log):
        names = ",".join(f"'{module}'" for module in modules)
        rows = self.server.query(
            "SELECT count(*) FROM ir_module_module"
            f" WHERE state = 'installed' AND name IN ({names})",
            database,
        )
        if int(rows[0][0]) != len(modules):
            raise DevError(f"Odoo did not install {', '.join(modules)} (log: {log})")

    def _manifest(self):
        path = self.workspace.addon / "__manifest__.py"
        if not path.is_file():
            raise DevError(f"{path} is missing: nothing to install")
        return path.read_text()
