"""Damaged bank files of every format against the readers: no crash, no hang, no hunger.

``./dev bench fuzz_formats -- --minutes 10 --format camt``: for ten minutes, files that are made of
real ones (``AR_SAMPLES``, else ``../shared/samples``, else the tests' own) by cutting, repeating,
swapping and overwriting, and by putting in what breaks parsers. A finding is

* any error but ``StatementFileError``,
* a file that takes longer than 2 seconds (the process is stopped at 20),
* a process that grows by more than 200 MB.

Each format is read in a process of its own; what it was reading when it died lies beside it.
Findings are kept in ``.dev/fuzz/`` by their hash; the same error at the same place counts once.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import sys
import time
import traceback
import types
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("AR_SAMPLES") or CHECKOUT.parent / "shared" / "samples")
FINDINGS = CHECKOUT / ".dev" / "fuzz"
SECONDS_PER_FILE = 2.0
SECONDS_UNTIL_STOPPED = 20.0
MEGABYTES = 200
MAX_SEED = 200_000
FOLDERS = {
    "camt": ("camt052", "camt053", "camt054"),
    "mt94x": ("mt940",),
    "ofx": ("ofx",),
    "bai2": ("bai2",),
    "qif": ("qif",),
    "tito": (),
    "ktl": (),
    "csv": ("csv",),
    "xlsx": (),
}
OWN_SEEDS = {
    "mt94x": b":20:A\n:25:1\n:60F:C260302EUR1,00\n:61:2603020302C5,00NTRFX//B\n:86:x\n"
    b":62F:C260302EUR6,00\n-",
    "ofx": b"OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST><STMTTRN><DTPOSTED>20260302"
    b"<TRNAMT>1.00<FITID>F</STMTTRN></BANKTRANLIST></STMTRS></OFX>",
    "bai2": b"01,B,C,260303,0600,1,,,2/\n02,C,B,1,260302,,USD,2/\n03,77,,010,100,,/\n"
    b"16,195,25000,S,1,2,3,B1,,TEXT/\n88,MORE\n49,25100,4/\n98,25100,1,6/\n99,25100,1,8/",
    "qif": b"!Type:Bank\nD2026-03-02\nT250.00\nPBlue\nMText\n^\n",
    "tito": (
        b"T00322100295018000000140412603022603022603022359                 260302+"
        b"000000000000010000000003EUR\nT10188000001                  2603022603022603021710Pano"
        b"                               +000000000000002500 A\n"
        b"T40050260302+000000000000012500+000000000000012500\n"
    ),
    "ktl": (
        b"026030223592 0111111111\n3295018000000142603022603020000000000000000"
        b"00000000000000455435MAKELA OY   1J00000025000A0\n90000010000000250000000000000000000\n"
    ),
    "csv": b"Date;Amount;Currency;Balance;Label\n2026-03-02;1,50;EUR;2,00;x\n",
}
NASTY = (
    b"",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\r",
    b"\n",
    b'"',
    b"'",
    b",",
    b";",
    b"/",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b"&b;",
    b"-",
    b"00000000",
    b"9" * 30,
    b"1e999",
    b"NaN",
    b"Infinity",
    b"0000-00-00",
    b"99999999",
    b"\xd9\xa3\xd9\xa4",
    b"\xe2\x88\x92",
    b"\xf0\x9f\x92\xa9",
    b"A" * 5000,
    b"(" * 3000,
    b"<a>" * 3000,
    b":61:",
    b"88,",
    b"16,",
    b"^\n",
    b"!Type:Bank\n",
    b"=1+1",
    b"T10188",
    b"T11393",
)


def main():
    """Fuzz the formats that the command line names and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="per format")
    parser.add_argument("--format", choices=[*FOLDERS, "all"], default="all")
    parser.add_argument("--seed", type=int, default=None, help="of the random numbers")
    arguments = parser.parse_args([each for each in sys.argv[1:] if each != "--"])
    seed = arguments.seed if arguments.seed is not None else int(time.time())
    chosen = list(FOLDERS) if arguments.format == "all" else [arguments.format]
    print(f"random seed {seed}; samples {'from ' + str(SAMPLES) if SAMPLES.is_dir() else 'none'}")
    print(
        f"{'format':8}{'seeds':>7}{'files':>10}{'read':>10}{'slowest':>10}{'memory':>10}  findings"
    )
    worst = 0
    for name in chosen:
        worst |= fuzz(name, arguments.minutes * 60, seed)
    return worst


def fuzz(name, seconds, seed):
    """Fuzz one format in a process of its own; return 1 if anything was found."""
    seeds = load_seeds(name)
    FINDINGS.mkdir(parents=True, exist_ok=True)
    current = FINDINGS / f"current-{name}-{os.getpid()}"
    context = multiprocessing.get_context("spawn")
    results, beats = context.Queue(), context.Value("d", time.monotonic())
    chance = random.Random(f"{seed}-{name}")
    worker = context.Process(
        target=work,
        args=(name, (seeds, chance), seconds, str(current), (results, beats)),
        daemon=True,
    )
    worker.start()
    found = wait_for(worker, results, beats)
    if found is None:
        kept = current.rename(FINDINGS / f"{name}-died-{int(time.time())}")
        print(f"{name:8}{len(seeds):>7}  the process hung or died while reading {kept}")
        return 1
    current.unlink(missing_ok=True)
    print(
        f"{name:8}{len(seeds):>10}{found['files']:>10}{found['read']:>10}"
        f"{found['slowest']:>8.2f} s{found['memory']:>7.0f} MB{len(found['findings']):>10}"
    )
    for place, path in found["findings"].items():
        print(f"         {place}: {path}")
    return int(bool(found["findings"]))


def wait_for(worker, results, beats):
    """Return what the process found, None if it stopped moving or died."""
    while worker.is_alive() or not results.empty():
        if not results.empty():
            found = json.loads(results.get())
            worker.join(5)
            return found
        if time.monotonic() - beats.value > SECONDS_UNTIL_STOPPED:
            worker.terminate()
            return None
        time.sleep(0.2)
    return None


def work(name, source, seconds, current, channels):
    """Read damaged files until the time is up."""
    parse, expected_error = load_readers()
    (seeds, chance), (results, beats) = source, channels
    for content in seeds:  # so that memory is measured from a warm start
        outcome(parse, expected_error, content)
    before = memory()
    found = {"files": 0, "read": 0, "slowest": 0.0, "memory": 0.0, "findings": {}}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        content = damage(chance, seeds)
        Path(current).write_bytes(content)
        started = beats.value = time.monotonic()
        trouble, was_read = outcome(parse, expected_error, content)
        taken = time.monotonic() - started
        grown = memory() - before
        found["files"] += 1
        found["read"] += was_read
        found["slowest"] = max(found["slowest"], taken)
        if grown - found["memory"] > MEGABYTES and not trouble:
            trouble = f"memory grew by {grown:.0f} MB"
        found["memory"] = max(found["memory"], grown)
        if taken > SECONDS_PER_FILE and not trouble:
            trouble = "slow: more than 2 seconds"
        if trouble and trouble not in found["findings"]:
            found["findings"][trouble] = keep(name, content)
    results.put(json.dumps(found))


def outcome(parse, expected_error, content):
    """Return where an unexpected error came from, and whether the file was read."""
    try:
        parse("fuzz", content)
    except expected_error:
        return "", False
    except Exception as error:  # noqa: BLE001 - every one is a finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}", False
    return "", True


def keep(name, content):
    """Write a finding down and return where."""
    path = FINDINGS / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    path.write_bytes(content)
    return str(path)


def memory():
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load_readers():
    """Return the reader and its own error, without Odoo."""
    package = types.ModuleType("ar_automation")
    package.__path__ = [str(CHECKOUT / "ar_automation")]
    sys.modules["ar_automation"] = package
    from ar_automation.banking.formats import parse
    from ar_automation.exceptions import StatementFileError

    return parse, StatementFileError


def load_seeds(name):
    """Return the files of a format that the damaged ones are made of."""
    paths = [path for folder in FOLDERS[name] for path in sorted((SAMPLES / folder).glob("*"))]
    paths += sorted((SAMPLES / "other").glob(f"*_{name}.*"))
    if name == "camt":
        paths += sorted((CHECKOUT / "ar_automation/tests/banking/files").glob("*.xml"))
    seeds = [path.read_bytes() for path in paths if path.is_file()]
    seeds = [content for content in seeds if 0 < len(content) <= MAX_SEED]
    if name == "xlsx":
        seeds += workbooks()
    return seeds + ([OWN_SEEDS[name]] if name in OWN_SEEDS else [])


def workbooks():
    """Return workbooks: plain, with a formula, with a date, without compression."""
    import io
    import zipfile
    from datetime import date

    import openpyxl

    made = []
    for value in (250, "250.00", "=1+1", date(2026, 3, 2), 1e300, True, None):
        book = openpyxl.Workbook()
        for row in (["Date", "Amount", "Label"], [date(2026, 3, 2), value, "Text"]):
            book.active.append(row)
        raw = io.BytesIO()
        book.save(raw)
        made.append(raw.getvalue())
        # Stored, so that damage gets through to the XML.
        plain = io.BytesIO()
        with zipfile.ZipFile(raw) as archive, zipfile.ZipFile(plain, "w") as target:
            for part in archive.infolist():
                target.writestr(part.filename, archive.read(part))
        made.append(plain.getvalue())
    return made


def damage(chance, seeds):
    """Return a damaged file."""
    content = bytearray(chance.choice(seeds))
    for _step in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice(DAMAGES)(chance, content, seeds)
    return repair(bytes(content), chance)


def overwrite(chance, content, _seeds):
    for _byte in range(chance.choice((1, 1, 4, 16))):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)


def cut(chance, content, _seeds):
    start = chance.randrange(len(content) + 1)
    del content[start : start + chance.choice((1, 3, 20, 400, len(content)))]


def repeat(chance, content, _seeds):
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((1, 10, 100, 2000))]
    content[start:start] = piece * chance.choice((1, 2, 50))


def put_in(chance, content, _seeds):
    start = chance.randrange(len(content) + 1)
    content[start : start + chance.choice((0, 0, 3))] = chance.choice(NASTY)


def swap_lines(chance, content, _seeds):
    lines = bytes(content).split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    content[:] = b"\n".join(lines)


def splice(chance, content, seeds):
    other = chance.choice(seeds)
    content[chance.randrange(len(content) + 1) :] = other[chance.randrange(len(other)) :]


def digits(chance, content, _seeds):
    places = [index for index, byte in enumerate(content[:20_000]) if 48 <= byte <= 57]
    for place in chance.sample(places, min(len(places), 5)):
        content[place] = chance.choice(b"0123456789,.-")


DAMAGES = (overwrite, cut, repeat, put_in, swap_lines, splice, digits)


def repair(content, chance):
    """Give a damaged archive a directory and check sums that fit again, most of the time."""
    if not content.startswith(b"PK") or chance.random() < 0.3:
        return content
    import io
    import zipfile
    import zlib

    out = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            zipfile.ZipFile(out, "w") as target,
        ):
            for part in archive.infolist():
                with archive.open(part) as file:
                    file._expected_crc = None  # what was damaged is to be read
                    target.writestr(part.filename, file.read())
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        return content
    except (NotImplementedError, UnicodeDecodeError, OverflowError):
        return content
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
