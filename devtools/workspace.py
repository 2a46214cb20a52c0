"""Where everything lies: the checkout, the cache, this checkout's share of it.

Several checkouts may share one cache (``AR_DEV_CACHE``) and with it Odoo, the
Python packages, the PostgreSQL cluster and the template database; their own
databases then differ by prefix (``AR_DB_PREFIX``).
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .console import DevError

ADDON = "ar_automation"


@dataclass(frozen=True)
class Workspace:
    """The folders and names of one checkout."""

    checkout: Path
    cache: Path
    prefix: str

    @property
    def addon(self):
        """The addon's folder."""
        return self.checkout / ADDON

    @property
    def own(self):
        """The part of the cache that belongs to this checkout and prefix alone."""
        key = hashlib.sha256(f"{self.checkout}:{self.prefix}".encode()).hexdigest()[:12]
        return self.cache / "checkouts" / key

    @property
    def logs(self):
        """The folder of the set-up's logs."""
        return self.cache / "logs"

    @property
    def is_shared(self):
        """Whether the cache lies outside the checkout, so that others may use it."""
        return not self.cache.is_relative_to(self.checkout)

    @property
    def test_database(self):
        """The name of the database of ``./dev test``."""
        return f"{self.prefix}_test"

    @property
    def demo_database(self):
        """The name of the database of ``./dev demo``."""
        return f"{self.prefix}_demo"


def find_workspace(environ=os.environ):
    """Read the workspace from the place of this file and the environment."""
    checkout = Path(__file__).resolve().parents[1]
    cache = Path(environ.get("AR_DEV_CACHE") or checkout / ".dev").absolute()
    prefix = environ.get("AR_DB_PREFIX") or "ar"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", prefix):
        raise DevError(
            f"AR_DB_PREFIX={prefix!r}: use a letter, then letters, digits or _ (all lower case)"
        )
    return Workspace(checkout, cache, prefix)
