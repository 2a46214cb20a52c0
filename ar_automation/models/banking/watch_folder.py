"""Files that arrive in a folder: which are complete, and where they go afterwards.

A file counts as complete when it has not changed for some seconds, so that a half-copied
one is left alone. After the import was committed it is moved away; a crash in between is
harmless, because importing it again changes nothing.
"""

from pathlib import Path

SETTLE_SECONDS = 5
IMPORTED, REFUSED = "imported", "refused"


def list_ready_files(folder, now):
    """Return the complete files of a folder, oldest first; links and folders do not count.

    :param float now: seconds since the epoch.
    :raises OSError: if the folder cannot be read.
    """
    ready = []
    for path in Path(folder).iterdir():
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        changed = path.stat().st_mtime
        if now - changed >= SETTLE_SECONDS:
            ready.append((changed, path.name, path))
    return [path for _changed, _name, path in sorted(ready)]


def move_away(path, verdict):
    """Move a handled file into the subfolder named after the verdict, never over another."""
    target = path.parent / verdict
    target.mkdir(exist_ok=True)
    place = target / path.name
    number = 1
    while place.exists():
        number += 1
        place = target / f"{path.stem}-{number}{path.suffix}"
    path.rename(place)
    return place
