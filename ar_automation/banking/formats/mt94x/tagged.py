"""Tagged field 86: ``/EREF/2026-0815/NAME/Blue Ltd/REMI/Invoice 7``, the dialect of Dutch banks.

A value goes on until the next known code, since slashes are frequent in values. Some banks put
several parts under one code: ``/CNTP/account/bic/name/city/``, ``/REMI/USTD//text/``,
``/REMI/STRD/CUR/reference/`` and ``/REMI/CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF/reference``.

>>> detail = read_tagged(["/CNTP/NL02ABNA0123456789/ABNANL2A/Blue Ltd///REMI/USTD//Invoice 7/8/"])
>>> detail.account, detail.bic, detail.name, detail.lines
('NL02ABNA0123456789', 'ABNANL2A', 'Blue Ltd', ('Invoice 7/8',))
>>> read_tagged(["/REMI/STRD/CUR/9001002003004005/"]).structured_reference
'9001002003004005'
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .detail import Detail, account_number, join_lines, one_line
from .scalars import reference

_CODES = (
    "EREF|REMI|NAME|IBAN|BIC|TRTP|CSID|MARF|ORDP|BENM|ADDR|ISDT|CNTP|PURP|RTRN|ULTC|ULTD|ULTB|PREF"
    "|KREF|IREF|NRTX|TRCD|OCMT|CHGS|EXCH|RCMT|SVCL|ACCW|SUM"
)
_CREDITOR_REFERENCE = re.compile(r"\bCDTRREF/+([^/\s]{1,35})")
_CODE = re.compile(rf"/({_CODES})/")


def is_tagged(text: str) -> bool:
    """Tell whether a field 86 is in this dialect."""
    return _CODE.match(text.lstrip()) is not None


def read_tagged(lines: Sequence[str]) -> Detail:
    """Return what a tagged field 86 says."""
    values = _values(" ".join(join_lines(lines)))
    account, bic, name, city = _parts(values.get("CNTP", ""), 4)
    text, structured = _remittance(values.get("REMI", ""))
    return_code = values.get("RTRN", "")
    return Detail(
        lines=(text,) if text else (),
        information=values.get("TRTP", ""),
        name=values.get("NAME", "") or name,
        account=account_number(values.get("IBAN", "") or account),
        bic=values.get("BIC", "") or bic,
        address=values.get("ADDR", "") or city,
        ultimate_name=_ultimate(values),
        creditor_identifier=values.get("CSID", ""),
        end_to_end_id=reference(values.get("EREF", "")),
        mandate_id=reference(values.get("MARF", "")),
        owner_reference=reference(values.get("PREF") or values.get("KREF", "")),
        structured_reference=structured,
        return_code=return_code.split("/")[0].strip(),
        code=values.get("TRCD", ""),
    )


def _values(text: str) -> dict[str, str]:
    """Return the value of each code; texts that a bank gives in two pieces are put together."""
    parts = _CODE.split(text)
    found: dict[str, str] = {}
    for code, value in zip(parts[1::2], parts[2::2], strict=True):
        cleaned = one_line(value.strip().strip("/") if code != "CNTP" else value)
        found[code] = f"{found[code]} {cleaned}" if found.get(code) else cleaned
    return found


def _parts(value: str, count: int) -> list[str]:
    """Return that many parts between slashes, empty ones where there are none."""
    parts = [part.strip() for part in value.split("/")]
    return [*parts[:count], *[""] * (count - len(parts))]


def _remittance(value: str) -> tuple[str, str]:
    """Return the text and the structured reference under ``/REMI/``."""
    kind, _slash, rest = value.partition("/")
    if kind == "USTD":
        return rest.strip("/ "), ""
    creditor = _CREDITOR_REFERENCE.search(value)
    if creditor:
        return "", creditor[1]
    if kind == "STRD":
        _issuer, _slash, number = rest.partition("/")
        return "", number.strip("/ ")
    return value, ""


def _ultimate(values: dict[str, str]) -> str:
    for code in ("ULTD", "ULTC", "ULTB"):
        named = values.get(code, "").removeprefix("NAME/").split("/")[0].strip()
        if named:
            return named
    return ""
