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

    def __init__(
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

    :param filename: the file's name as the user knows it.
    :param place: where in the file, in words (line, element, entry number).
    :param reason: what is wrong there.
    """

    def __init__(self, code: str, filename: str, place: str, reason: str, *, hint: str = "") -> None:
        super().__init__(
            code,
            f"{filename}: {place}: {reason}",
            params={"filename": filename, "place": place, "reason": reason},
            hint=hint,
        )
        self.filename = filename
        self.place = place
        self.reason = reason
