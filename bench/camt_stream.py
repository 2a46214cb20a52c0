"""How fast camt files are read, and how much memory that takes.

Compared in the same run, on the same files, each way in a fresh process:

* ``stream_camt``: the addon's reader, one transaction after the other;
* ``parse_camt``: the same reader, all transactions kept;
* ``OCA parse``: the parser of OCA's ``account_statement_import_camt`` for Odoo 19, its
  class taken out of Odoo (of which it uses the translation of three words).

Speed is by processor time, which other work on the machine disturbs less than the clock's.
Memory is the growth of the process' resident set from before the reading to its peak.
"""

import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

from _camt_file import write_camt
from _oca import MODULE, fetch_addons

SIZES = (50_000, 500_000)  # all ways, the stream only; other sizes may be given as arguments
REPEATS = 3
ADDON = Path(__file__).parents[1] / "ar_automation"
PARSER = f"{MODULE}/wizard/account_statement_import_camt_parser.py"


def main():
    """Measure and print a table."""
    few, many = map(int, sys.argv[1:3] or SIZES)
    print(f"{'entries':>8}  {'kind':5}  {'what':12} {'entries/s':>10} {'ratio':>6} {'growth':>8}")
    with tempfile.TemporaryDirectory() as folder:
        addons = fetch_addons(folder)
        ways = ["stream_camt", "parse_camt", *(["OCA parse"] if addons else [])]
        for is_full in (True, False):
            compare(folder, addons, ways, few, is_full=is_full)
        compare(folder, addons, ["stream_camt"], many, is_full=True, repeats=1)


def compare(folder, addons, ways, count, *, is_full, repeats=REPEATS):
    """Run every way, by turns, on one file, and print the medians."""
    path = Path(folder) / "statement.xml"
    write_camt(path, count, is_full=is_full)
    results = {way: [] for way in ways}
    for _n in range(repeats):
        for way in ways:
            results[way].append(in_fresh_process(way, path, addons))
    speeds = {}
    for way, found in results.items():
        if any(each["entries"] != count for each in found):
            raise SystemExit(f"{way} did not read all of {count} entries")
        speeds[way] = count / statistics.median(each["seconds"] for each in found)
    slowest = min(speeds.values())
    for way, speed in speeds.items():
        growth = max(each["growth"] for each in results[way])
        print(
            f"{count:>8,}  {'full' if is_full else 'short':5}  {way:12} {speed:>10,.0f}"
            f" {speed / slowest:>5.1f}x {growth:>5.0f} MB"
        )


def in_fresh_process(way, path, addons):
    """Return entries, seconds and growth in MB of one reading."""
    command = [sys.executable, __file__, "--read", way, path, addons or ""]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def read(way, path, addons):
    """Read the file and print what it took."""
    reader = {"stream_camt": stream, "parse_camt": parse}.get(way) or oca_parser(addons)
    reader(b"")
    before, start = resident(), time.process_time()
    with Path(path).open("rb") as file:
        entries = reader(file)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"entries": entries, "seconds": seconds, "growth": peak - before}))


def resident():
    """Return the resident set in MB."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1024**2


def camt():
    """Import the addon's reader without its models."""
    package = sys.modules.setdefault(ADDON.name, types.ModuleType(ADDON.name))
    package.__path__ = [str(ADDON)]
    return importlib.import_module(f"{ADDON.name}.banking.formats.camt")


def stream(file):
    """Take one transaction after the other and keep none."""
    stream_camt = camt().stream_camt
    if not file:
        return 0
    return sum(1 for statement in stream_camt(file) for _line in statement.transactions)


def parse(file):
    """Keep all transactions."""
    parse_camt = camt().parse_camt
    if not file:
        return 0
    return sum(len(statement.transactions) for statement in parse_camt(file.read()))


def oca_parser(addons):
    """Return OCA's parser as a function of a file."""
    odoo = types.ModuleType("odoo")
    odoo.models = types.SimpleNamespace(AbstractModel=object)
    sys.modules["odoo"] = odoo
    spec = importlib.util.spec_from_file_location("oca_parser", Path(addons) / PARSER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    parser = module.AccountStatementImportCamtParser()
    parser.env = types.SimpleNamespace(_=lambda text: text)

    def run(file):
        if not file:
            return 0
        _currency, _account, statements = parser.parse(file.read())
        return sum(len(statement["transactions"]) for statement in statements)

    return run


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(*sys.argv[2:])
    else:
        main()
