"""What the person at the terminal sees: steps with progress, one-line errors."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from .processes import start

PROGRESS_SECONDS = 15
FULL_DISK = 10 * 1024**2
SIGNS_OF_FAILURE = ("E: ", "ERROR", "FATAL", "initdb: error")


class DevError(Exception):
    """A failure that one sentence explains; printed without a traceback."""


def say(text):
    """Print one line of progress, apart from a command's own output."""
    print(f"dev: {text}", file=sys.stderr, flush=True)


def run_step(title, argv, log, **options):
    """Run a long command, its output in a log file, its progress on the terminal.

    :param str title: what the person reads while it runs
    :param Path log: file that receives the output
    :raise DevError: if the command fails; names the log and its last line
    """
    say(f"{title} ...")
    started = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = start(
            argv,
            at_our_end=signal.SIGKILL,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
        try:
            status = _wait_with_progress(process, title, started)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if status:
        raise DevError(describe_failure(title, log))
    if time.monotonic() - started > PROGRESS_SECONDS:
        say(f"{title}: done in {time.monotonic() - started:.0f} s")


def _wait_with_progress(process, title, started):
    while True:
        try:
            return process.wait(PROGRESS_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"{title} ... {time.monotonic() - started:.0f} s")


def describe_failure(title, log):
    """Say in one line why a logged command failed, as far as its log tells."""
    text = Path(log).read_text(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    free = shutil.disk_usage(Path(log).parent).free
    if "No space left on device" in text or free < FULL_DISK:
        return f"{title}: no disk space left (log: {log})"
    telling = [line for line in lines if line.startswith(SIGNS_OF_FAILURE)]
    last = (telling or lines or ["no output"])[-1]
    return f"{title}: failed: {last[:300]} (log: {log})"
