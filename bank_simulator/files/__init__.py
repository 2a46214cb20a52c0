"""The ledger as statement files: one module per format, each with one ``write``.

>>> sorted(WRITERS)
['camt053', 'csv', 'mt940', 'ofx']
"""

from collections.abc import Callable

from . import camt053, csv_export, mt940, ofx
from .period import Period, read_period

WRITERS: dict[str, Callable[[Period], bytes]] = {
    "camt053": camt053.write,
    "mt940": mt940.write,
    "ofx": ofx.write,
    "csv": csv_export.write,
}
