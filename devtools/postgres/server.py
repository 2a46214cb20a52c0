"""The PostgreSQL server that databases are made on: ours, or the one in PGHOST."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ..console import DevError
from ..machine_tools import is_server_given
from .binaries import OLDEST, newest_binaries
from .cluster import ROLE, Cluster, binaries_for
from .place import choose_place


@dataclass(frozen=True)
class Server:
    """How to reach the server.

    :param dict environment: the ``PG...`` variables for it
    :param Path psql: the client program
    :param Cluster cluster: None if the server is not ours
    """

    environment: dict
    psql: Path
    cluster: Cluster = field(default=None)

    def query(self, sql, database="postgres"):
        """Run SQL and return the rows as lists of text.

        :raise DevError: with PostgreSQL's message, if it fails
        """
        argv = [self.psql, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        result = subprocess.run(
            [*argv, "-d", database, "-c", sql],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise DevError(f"PostgreSQL: {' '.join(result.stderr.split())[:300]}")
        return [line.split("\t") for line in result.stdout.splitlines()]


def ensure_server(workspace, environ=os.environ):
    """Return a server that answers, made and started first if it is ours."""
    if is_server_given(environ):
        return _given_server(environ)
    cluster = private_cluster(workspace)
    cluster.ensure_running()
    connection = {"PGHOST": str(cluster.place.socket), "PGPORT": "5432", "PGUSER": ROLE}
    return Server(connection, cluster.binaries.folder / "psql", cluster)


def private_cluster(workspace):
    """Return this cache's cluster, which need not exist yet."""
    place = choose_place(workspace.cache)
    return Cluster(place, binaries_for(place, newest_binaries()), workspace.logs)


def _given_server(environ):
    if environ.get("PGUSER") == "postgres":
        raise DevError("Odoo refuses the role postgres: set PGUSER to another role with CREATEDB")
    given = {name: environ[name] for name in environ if name.startswith("PG")}
    server = Server(given, Path(shutil.which("psql")))
    version = int(server.query("SHOW server_version_num")[0][0]) // 10000
    if version < OLDEST:
        raise DevError(f"PostgreSQL {version} on PGHOST is too old: {OLDEST} or newer is needed")
    return server
