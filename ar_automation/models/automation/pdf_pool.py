"""Prints pages with wkhtmltopdf, several documents beside each other.

One process prints one document: what crashes or hangs spoils no other one. Threads only wait
for their process and never touch Odoo. A process that is not done in time is ended.
"""

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

MAX_PROCESSES = 8
# wkhtmltopdf says 1 when something on the page, such as a picture, could not be loaded
_PRINTED = (0, 1)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One document to be printed.

    :ivar command: program and options, without files.
    :ivar bodies: pages as HTML, each beginning on a sheet of its own.
    :ivar header: HTML with the heads of all sheets; empty if there are none.
    :ivar footer: HTML with the feet of all sheets; empty if there are none.
    """

    command: tuple[str, ...]
    bodies: tuple[str, ...]
    header: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a job.

    :ivar content: the PDF; empty if there is none.
    :ivar reason: why there is none, or what the program complained about.
    """

    content: bytes = b""
    reason: str = ""


def print_all(jobs, *, timeout):
    """Print documents, as many at once as there are processors.

    :param jobs: of ``PrintJob``.
    :param float timeout: seconds that one document may take.
    :return: a list of ``Printed``, in the order of the jobs.
    """
    jobs = list(jobs)
    if len(jobs) == 1:
        return [_print(jobs[0], timeout)]
    processes = min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
    with ThreadPoolExecutor(max_workers=processes, thread_name_prefix="ar-pdf") as pool:
        return list(pool.map(lambda job: _print(job, timeout), jobs))


def _print(job, timeout):
    with tempfile.TemporaryDirectory(prefix="ar-pdf.") as folder:
        files, target = _write_pages(job, Path(folder)), Path(folder, "printed.pdf")
        try:
            done = subprocess.run(  # noqa: S603 - the program that Odoo found, our own files
                [*job.command, *files, str(target)],
                capture_output=True,
                check=False,
                timeout=timeout,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return Printed(reason=f"wkhtmltopdf was ended after {timeout:g} seconds")
        except OSError as error:
            return Printed(reason=f"wkhtmltopdf could not be started: {error.strerror}")
        said = done.stderr.decode("utf-8", "replace").strip()[-1000:]
        content = target.read_bytes() if target.exists() else b""
        if done.returncode not in _PRINTED or not content:
            return Printed(reason=f"wkhtmltopdf failed with code {done.returncode}. {said}".strip())
        return Printed(content, said)


def _write_pages(job, folder):
    files = []
    for name, page in (("header", job.header), ("footer", job.footer)):
        if page:
            path = folder / f"{name}.html"
            path.write_text(page, encoding="utf-8")
            files += [f"--{name}-html", str(path)]
    for number, page in enumerate(job.bodies):
        path = folder / f"body.{number}.html"
        path.write_text(page, encoding="utf-8")
        files.append(str(path))
    return files
