"""The commands of ``./dev``."""

import errno
import signal
import sys

from .commands import COMMANDS
from .console import DevError, say
from .workspace import find_workspace


def main(argv):
    """Run one command and return its exit status."""
    name, arguments = (argv[0], argv[1:]) if argv else ("help", [])
    if name in ("help", "-h", "--help"):
        print_help()
        return 0
    if name not in COMMANDS:
        say(f"error: there is no command {name} (./dev help lists them)")
        return 2
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _leave)
    try:
        return COMMANDS[name](find_workspace(), arguments)
    except DevError as error:
        say(f"error: {error}")
    except KeyboardInterrupt:
        say("interrupted: run the same command again to go on")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say(f"error: no disk space left ({error.filename or 'while writing'})")
    return 1


def _leave(number, frame):
    """End what we started on the way out: every starter cleans up behind itself."""
    sys.exit(128 + number)


def print_help():
    """Print every command with the first line of its description."""
    print("usage: ./dev COMMAND [ARGUMENTS]\n")
    for name, command in COMMANDS.items():
        print(f"  {name:8} {command.__doc__.splitlines()[0]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
