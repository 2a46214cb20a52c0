r"""Regular expressions that users write, run within a time limit.

A backtracking matcher can be made to run for years by thirty characters of text. So the time of
one search is limited by the matcher itself, the text and the expression are limited in length,
and an expression that ran out of time once is not tried again by the same :class:`Expressions`:
a batch loses one time limit by it, not one per transaction::

    >>> expressions = Expressions(seconds=0.05)
    >>> expressions.find(r"BRT: (?P<amount>[\d,]+)", "AX 94 BRT: 3358,07 C:").group("amount")
    '3358,07'
    >>> expressions.find(r"(a|aa)+$", "a" * 60 + "!") is None, sorted(expressions.too_slow)
    (True, ['(a|aa)+$'])
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

# An expression longer than this is no expression of a person.
LONGEST_PATTERN = 500
LONGEST_TEXT = 10_000
SECONDS = 0.25


class ExpressionError(ValueError):
    """It cannot be compiled, or is too long; the message says why."""


@lru_cache(maxsize=1024)
def compile_expression(pattern: str) -> Any:
    """Compile an expression that ignores case.

    :raises ExpressionError: if it cannot be compiled or is too long.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ExpressionError(f"it is longer than {LONGEST_PATTERN} characters")
    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise ExpressionError(str(error)) from error


class Expressions:
    """Searches texts; remembers which expressions are too slow or broken.

    :ivar too_slow: expressions that ran out of time.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.too_slow: set[str] = set()

    def find(self, pattern: str, text: str) -> Any:
        """Return the match of an expression in a text; None if there is none.

        An expression that is broken or too slow finds nothing.
        """
        if pattern in self.too_slow:
            return None
        try:
            return compile_expression(pattern).search(text[:LONGEST_TEXT], timeout=self.seconds)
        except TimeoutError:
            self.too_slow.add(pattern)
        except ExpressionError:
            return None
        return None
