"""Errors that say what happened, to what, and what to do about it.

They import no Odoo, so that engine, parsers and bank clients raise them as well. Models
turn them into an entry of the exceptions inbox, or into a ``UserError`` where a person
waits::

    >>> error = ArError("feed.rate_limited", "The bank allows 4 calls a day.", retryable=True)
    >>> error.code, error.retryable
    ('feed.rate_limited', True)
"""

from __future__ import annotations

from typing import Any


class ArError(Exception):
    """An expected failure.

    :param code: stable code of the cause, e.g. ``statement.truncated``; never translated.
    :param message: one sentence for people, with all values filled in.
    :param params: the values in the sentence, for a screen that translates by code.
    :param hint: what the user should do, one sentence.
    :param retryable: whether trying again later, unchanged, may help.
    :param retry_after: seconds that the other side asked us to wait.
    :param not_done: for an effect that cannot be rolled back: it certainly did not
        take place, so that repeating it is safe.
    """

    def __init__(  # noqa: PLR0913 - two facts, and options by keyword
        self,
        code: str,
        message: str,
        *,
        params: dict[str, Any] | None = None,
        hint: str = "",
        retryable: bool = False,
        retry_after: float | None = None,
        not_done: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params or {}
        self.hint = hint
        self.retryable = retryable
        self.retry_after = retry_after
        self.not_done = not_done


class StatementFileError(ArError):
    """A bank file that cannot be imported, whole; nothing of it was kept.

    The reader that finds the fault often knows neither file nor place; the callers above
    it add theirs with :meth:`at` and :meth:`in_file`::

        >>> error = StatementFileError("statement.amount", "", "", "'12..34' is no amount")
        >>> print(error.at("entry 3").at("statement 7").in_file("march.xml"))
        march.xml: entry 3: '12..34' is no amount

    :param filename: the file's name as the user knows it; empty while not known.
    :param place: where in the file, in words (line, element, entry number); may be empty.
    :param reason: what is wrong there, with all values filled in.
    :param details: the single values in the reason, added to ``params``.
    """

    def __init__(
        self,
        code: str,
        filename: str,
        place: str,
        reason: str,
        *,
        hint: str = "",
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            code,
            ": ".join(part for part in (filename, place, reason) if part),
            params={**(details or {}), "filename": filename, "place": place, "reason": reason},
            hint=hint,
        )
        self.filename = filename
        self.place = place
        self.reason = reason

    def at(self, place: str) -> StatementFileError:
        """Return the same error with its place, unless it knows a nearer one already."""
        return self._copy(self.filename, self.place or place)

    def in_file(self, filename: str) -> StatementFileError:
        """Return the same error with the file's name, unless it knows it already."""
        return self._copy(self.filename or filename, self.place)

    def _copy(self, filename: str, place: str) -> StatementFileError:
        return StatementFileError(
            self.code, filename, place, self.reason, hint=self.hint, details=self.params
        )
