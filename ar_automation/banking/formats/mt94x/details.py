"""What field 86 says of a booking: which dialect it is in, and what all dialects come down to.

SWIFT leaves the content of field 86 to the banks. Three families of dialects are told apart:

- *coded* (Germany, Austria, Poland, Hungary ...): a code of three digits, then subfields that
  begin with a separator and two digits (``166?00...?20...?32...``), see ``coded.py``;
- *tagged* (the Netherlands ...): ``/NAME/Blue Ltd/REMI/Invoice 7``, see ``tagged.py``;
- *free* text of any kind, see ``free.py``.

>>> detail = read_detail(["/TRTP/SEPA OVERBOEKING/NAME/Blue Ltd/REMI/Inv 7"])
>>> detail.name, detail.lines
('Blue Ltd', ('Inv 7',))
>>> read_detail(["Invoice 7", "from Blue Ltd"]).lines
('Invoice 7', 'from Blue Ltd')
"""

from __future__ import annotations

from collections.abc import Sequence

from .coded import is_coded, read_coded
from .detail import Detail
from .free import read_free
from .tagged import is_tagged, read_tagged


def read_detail(lines: Sequence[str]) -> Detail:
    """Return what the lines of a field 86 say, whatever their dialect; never fails."""
    text = "".join(lines)
    if is_coded(text):
        return read_coded(text)
    if is_tagged(text):
        return read_tagged(lines)
    return read_free(lines)
