"""Which files are ours to check."""

from pathlib import Path

FOLDERS = ("ar_automation", "bank_simulator", "bench", "devtools")
NOT_OURS = ("lib", "__pycache__", "node_modules")


def files(checkout, *suffixes, without=()):
    """Yield our files of these kinds, as paths relative to the checkout."""
    for folder in FOLDERS:
        for path in sorted((checkout / folder).rglob("*")):
            name = path.relative_to(checkout)
            if path.suffix in suffixes and not {*name.parts} & {*NOT_OURS, *without}:
                yield Path(name)
