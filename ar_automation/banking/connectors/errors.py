"""The six ways in which a bank connection can fail, each with what the user should do.

===================  ======================================  =========
kind                 meaning                                 try again
===================  ======================================  =========
``auth``             the bank does not accept who we are     no
``consent_expired``  the account owner's consent has ended   no
``rate_limited``     we asked too often                      yes
``unavailable``      the bank cannot be reached or is broken yes
``protocol``         the answer is not what was agreed       no
``config``           something is missing or wrong with us   no
===================  ======================================  =========

>>> error = ConnectorError("rate_limited", "The bank answers 429.", retry_after=90)
>>> error.code, error.retryable, error.hint
('feed.rate_limited', True, 'Nothing to do: the feed goes on when the bank allows it again.')
"""

from __future__ import annotations

from typing import Literal

from ...exceptions import ArError

Kind = Literal["auth", "consent_expired", "rate_limited", "unavailable", "protocol", "config"]

HINTS: dict[Kind, str] = {
    "auth": "Check the credentials of the connection, or make new ones at the provider.",
    "consent_expired": "Renew the consent: open the connection and choose Authorise.",
    "rate_limited": "Nothing to do: the feed goes on when the bank allows it again.",
    "unavailable": "Nothing to do: it is tried again. If it lasts, ask the bank.",
    "protocol": "Nothing was imported. Report it to the provider with the time and the message.",
    "config": "Correct the settings of the connection.",
}
RETRYABLE: frozenset[Kind] = frozenset({"rate_limited", "unavailable"})


class ConnectorError(ArError):
    """A bank connection failed in a known way; nothing of the failing answer was used.

    :param kind: one of the six kinds; the stable code is ``feed.<kind>``.
    :param message: one sentence with what happened; never with a secret in it.
    :param retry_after: seconds that the bank asked us to wait.
    :param hint: what to do, where it can be said more precisely than by kind.
    """

    def __init__(
        self, kind: Kind, message: str, *, retry_after: float | None = None, hint: str = ""
    ) -> None:
        super().__init__(
            f"feed.{kind}",
            message,
            hint=hint or HINTS[kind],
            retryable=kind in RETRYABLE,
            retry_after=retry_after,
        )
        self.kind: Kind = kind
