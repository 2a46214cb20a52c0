"""Make the addons importable as ``odoo.addons.<name>`` in every Python of ./dev.

Odoo itself does so only once its configuration is read. This finder is asked
last, so it never gets in the way of Odoo's own.
"""

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path


class AddonFinder:
    """Finds ``odoo.addons.<name>`` in the folders that ``./dev`` names."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        """Implement the import system's protocol."""
        if not fullname.startswith("odoo.addons.") or fullname.count(".") != 2:
            return None
        folders = os.environ.get("AR_ADDONS_PATHS", "").split(os.pathsep)
        name = fullname.rpartition(".")[2]
        if not any(Path(folder, name, "__manifest__.py").exists() for folder in folders):
            return None
        return PathFinder.find_spec(fullname, folders)


sys.meta_path.append(AddonFinder)
