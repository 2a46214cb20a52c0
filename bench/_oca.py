"""Fetches OCA addons, to be measured beside ours.

They are AGPL, so they are no part of this repository: each run fetches their released packages
for Odoo 19 into a temporary folder.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGES = (
    "odoo-addon-account-statement-base==19.0.*",
    "odoo-addon-account-statement-import-base==19.0.*",
    "odoo-addon-account-statement-import-file==19.0.*",
    "odoo-addon-account-statement-import-camt==19.0.*",
)
MODULE = "account_statement_import_camt"
CONTRACT_PACKAGES = ("odoo-addon-contract==19.0.*",)
CREDIT_CONTROL_PACKAGES = ("odoo-addon-account-credit-control==19.0.*",)


def fetch_addons(folder, packages=PACKAGES):
    """Unpack the addons below the folder and return their addons path, None if offline."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder]
    if subprocess.run([*command, *packages], check=False).returncode:
        print("OCA's addons could not be fetched: they are left out")
        return None
    for wheel in Path(folder).glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return Path(folder) / "odoo" / "addons"
