"""Processor time of an Odoo process and of the PostgreSQL process that serves it.

Wall-clock ratios of two commands say little where other programs share the machine; the
processor time that both sides of a connection spend hardly changes. The server must run on
the same machine.
"""

import os
import time
from pathlib import Path


def processor_seconds(cr):
    """Return the seconds that this process and the cursor's backend have used so far.

    :raises SystemExit: if the backend runs on another machine
    """
    cr.execute("SELECT pg_backend_pid()")
    path = Path(f"/proc/{cr.fetchone()[0]}/stat")
    try:
        fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except FileNotFoundError:
        raise SystemExit("PostgreSQL must run on this machine to measure its time") from None
    user, system = int(fields[11]), int(fields[12])
    return time.process_time() + (user + system) / os.sysconf("SC_CLK_TCK")
