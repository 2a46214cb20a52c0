"""How long a page has to be waited for before it is printed.

Odoo lets the printing program wait a second after each page is complete, so that scripts in
it may finish. An invoice carries no script: there is nothing to wait for, and the second is
most of what its PDF costs. A page with a script, in a tag or in an attribute, is waited for::

    >>> runs_script("<body><p>Total 100.00, script attached</p></body>")
    False
    >>> runs_script('<body><SCRIPT src="/chart.js"></SCRIPT></body>')
    True
    >>> runs_script('<body onload = "draw()">'), runs_script('<a href="JavaScript:go()">')
    (True, True)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SCRIPT = re.compile(r"<script\b|<[^<>]*\son\w+\s*=|javascript:", re.IGNORECASE)
_DELAY = "--javascript-delay"


def runs_script(page: str) -> bool:
    """Whether ``page``, as HTML, could change after it was loaded.

    In doubt it says yes, and the page is waited for in vain.
    """
    return _SCRIPT.search(page) is not None


def without_delay(options: Sequence[str]) -> list[str]:
    """Return the printing program's options with the wait for scripts taken out.

    >>> without_delay(["--quiet", "--javascript-delay", "1000", "--page-size", "A4"])
    ['--quiet', '--javascript-delay', '0', '--page-size', 'A4']
    """
    return [
        "0" if number and options[number - 1] == _DELAY else option
        for number, option in enumerate(options)
    ]
