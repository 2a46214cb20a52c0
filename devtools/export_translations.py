"""Writes the template of all translatable terms: ``./dev shell < devtools/export_translations.py``.

Run through the Odoo shell, which binds ``env``.
"""

from pathlib import Path

from odoo.modules.module import get_module_path
from odoo.tools.translate import trans_export

template = Path(get_module_path("ar_automation")) / "i18n" / "ar_automation.pot"
with template.open("wb") as file:
    trans_export(None, ["ar_automation"], file, "po", env)  # noqa: F821 - the shell binds it
