"""Run every check on the checkout in the current folder."""

import sys
from itertools import chain
from pathlib import Path

from . import javascript, layers, sizes, xml_files


def main(checkout):
    """Print all findings and return the exit status."""
    checks = (sizes, layers, xml_files, javascript)
    findings = sorted(chain.from_iterable(check.find(checkout) for check in checks))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
