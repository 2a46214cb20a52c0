"""Processes that we start: waited for, and ended with us, however we end."""

import ctypes
import functools
import os
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1


def start(argv, *, at_our_end=signal.SIGTERM, **options):
    """Start a program that gets a signal if we are killed before it ends."""
    tell_kernel = functools.partial(ctypes.CDLL(None).prctl, PR_SET_PDEATHSIG, int(at_our_end))
    # The usual objection to preexec_fn is threads; ./dev has none.
    command = [str(word) for word in argv]
    return subprocess.Popen(command, preexec_fn=tell_kernel, **options)


def wait_through_interrupts(process):
    """Return how a process ended; an interrupt from the terminal is left to it."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def exit_status(returncode):
    """Return what a shell would report for a process that may have died of a signal.

    >>> exit_status(3), exit_status(-9)
    (3, 137)
    """
    return returncode if returncode >= 0 else 128 - returncode


def end_process(process):
    """End a process that we started: politely, then by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_by_pid(find_pid, steps):
    """End a process that an earlier run started, with stronger and stronger signals.

    :param find_pid: returns the process's pid, None once it has ended.
    :param steps: pairs of a signal and the seconds to wait for its effect.
    :return: whether it ended.
    """
    for how, patience in steps:
        pid = find_pid()
        if pid is None:
            return True
        os.kill(pid, how)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if find_pid() is None:
                return True
            time.sleep(0.1)
    return False
