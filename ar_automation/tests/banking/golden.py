"""Comparing what a reader returns with a file that a person has checked.

The golden file stands beside the bank file, with the ending ``.json``. After a wanted change,
``AR_REGENERATE=1 ./dev test ...`` writes it anew; the difference is then read in the commit.
"""

import dataclasses
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

FILES = Path(__file__).parent / "files"


def plain(value):
    """Return a value of the banking layer as JSON can hold it, without what is empty."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        found = {name: plain(getattr(value, name)) for name in names}
        return {name: each for name, each in found.items() if each not in ("", None, [], {}, 0)}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def assert_golden(found, bank_file):
    """Fail unless the found values equal those in the golden file of a bank file."""
    golden = bank_file.with_suffix(".json")
    text = json.dumps(plain(found), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("AR_REGENERATE"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
