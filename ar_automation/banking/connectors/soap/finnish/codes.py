"""Response codes of the Finnish Web Services channel, and what to do about each.

Every answer has two codes, one in its header and one inside. ``00`` is success, ``24`` says that
there is nothing (new), which is no error. The meanings are those of the banks' common message
description; banks add texts of their own.

>>> check_code("00", "OK.")
True
>>> check_code("24", "Content not found.")
False
>>> try:
...     check_code("30", "Agreement terminated")
... except ConnectorError as error:
...     print(error.kind, "-", error.message)
auth - The bank refuses the request: Agreement terminated (code 30).
"""

from __future__ import annotations

from ...errors import ConnectorError, Kind

_DONE = frozenset({"0", "00"})
_NOTHING = "24"

_AGREEMENT = "Check customer number, environment and agreement of the connection with the bank."
_OURS = "Check our certificate and private key: are they a pair, and known to the bank?"
_ROLE = "The agreement with the bank does not include this; ask the bank to add it."
_LATER = "Nothing to do: it is tried again. If it lasts, ask the bank."
_BUG = "Report it with the time and the message: the request was not as the bank expects it."

_MEANINGS: dict[str, tuple[Kind, str]] = {
    "01": ("unavailable", _LATER),
    "02": ("auth", _OURS),
    "03": ("auth", _OURS),
    "04": ("auth", _OURS),
    "05": ("config", _ROLE),
    "06": ("auth", _ROLE),
    "07": ("auth", _AGREEMENT),
    "08": ("auth", _AGREEMENT),
    "09": ("auth", _AGREEMENT),
    "10": ("auth", _AGREEMENT),
    "11": ("auth", _AGREEMENT),
    "12": ("protocol", _BUG),
    "13": ("auth", _AGREEMENT),
    "14": ("auth", _AGREEMENT),
    "15": ("auth", _AGREEMENT),
    "16": ("auth", _AGREEMENT),
    "17": ("config", _AGREEMENT),
    "18": ("auth", _OURS),
    "19": ("auth", _OURS),
    "20": ("config", "Check the file types of the connection: the bank does not know one of them."),
    "21": ("protocol", _BUG),
    "22": ("protocol", _BUG),
    "23": ("protocol", _BUG),
    "25": ("config", _ROLE),
    "26": ("unavailable", _LATER),
    "27": ("protocol", _BUG),
    "29": ("protocol", _BUG),
    "30": ("auth", _AGREEMENT),
    "31": ("protocol", _BUG),
    "32": ("protocol", _BUG),
}


def check_code(code: str, text: str) -> bool:
    """Return whether an answer has content: true for success, false for *nothing there*.

    :raises ConnectorError: any other code, by its meaning
    """
    code = code.strip()
    if code in _DONE:
        return True
    if code == _NOTHING:
        return False
    kind, hint = _MEANINGS.get(code.rjust(2, "0"), ("protocol", ""))
    said = " ".join(text.split())[:200].rstrip(".") or "it gives no reason"
    verb = "cannot serve us now" if kind == "unavailable" else "refuses the request"
    raise ConnectorError(
        kind, f"The bank {verb}: {said} (code {code[:10] or 'missing'}).", hint=hint
    )
