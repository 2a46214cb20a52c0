"""Room on the disk, checked before it runs out half-way."""

import shutil

from .console import DevError

GIB = 1024**3


def require_free_space(folder, gibibytes, purpose):
    """Refuse to begin what would not fit.

    :raise DevError: if the file system of ``folder`` has less room
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free / GIB
    if free < gibibytes:
        raise DevError(
            f"no disk space: {purpose} needs {gibibytes} GB in {existing}, {free:.1f} GB are free"
        )
