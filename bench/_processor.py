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
    folder = Path(f"/proc/{cr.fetchone()[0]}")
    if not folder.exists():
        raise SystemExit("PostgreSQL must run on this machine to measure its time")
    return time.process_time() + _process_seconds(folder)


def _process_seconds(folder):
    """What the scheduler counted, to the nanosecond; ticks where the kernel does not tell it."""
    precise = folder / "schedstat"
    if precise.exists():
        return int(precise.read_text(encoding="ascii").split()[0]) / 1e9
    text = (folder / "stat").read_text(encoding="ascii", errors="replace")
    user, system = map(int, text.rpartition(")")[2].split()[11:13])
    return (user + system) / os.sysconf("SC_CLK_TCK")
