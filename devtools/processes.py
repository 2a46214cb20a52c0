"""Processes that we start: waited for, and ended with us."""

import subprocess


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
