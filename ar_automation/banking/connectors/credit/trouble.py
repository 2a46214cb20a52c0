"""What went wrong with a bureau or a register, in the words of the one who asked.

The clients raise :class:`~..errors.ConnectorError`, whose hints speak of banks and feeds. Here
each kind gets the code and the hint that help somebody who looks at a customer.

>>> error = in_own_words(ConnectorError("unavailable", "No answer."), "bureau")
>>> error.code, error.retryable, error.hint
('bureau.unavailable', True, 'Try again later. Orders do not wait for it.')
"""

from __future__ import annotations

from typing import Literal

from ....exceptions import ArError
from ..errors import HINTS, ConnectorError, Kind

Area = Literal["bureau", "vies"]

_HINTS: dict[Kind, str] = {
    "auth": "Ask an administrator to check user name and password of the bureau.",
    "consent_expired": "Ask the bureau whether the contract still covers this.",
    "rate_limited": "Try again later. Orders do not wait for it.",
    "unavailable": "Try again later. Orders do not wait for it.",
    "protocol": "Nothing was stored. Report it to the provider with time and message.",
    "config": "Ask an administrator to check the settings.",
}
# Nothing waits for an answer of the register, and whoever applied for credit asks about no order.
_REGISTER_HINTS: dict[Kind, str] = {
    "rate_limited": "Check the number again later.",
    "unavailable": "Check the number again later.",
}


def in_own_words(error: ConnectorError, area: Area) -> ArError:
    """Return the same failure with the code ``<area>.<kind>`` and a hint that fits."""
    hints = {**_HINTS, **_REGISTER_HINTS} if area == "vies" else _HINTS
    hint = error.hint if error.hint != HINTS[error.kind] else hints[error.kind]
    return ArError(
        f"{area}.{error.kind}",
        error.message,
        hint=hint,
        retryable=error.retryable,
        retry_after=error.retry_after,
    )
