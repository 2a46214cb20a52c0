"""What a failed SMTP dialog means: was the message handed over, may it be tried again?

A mail server takes over responsibility for a message with its answer to the end of the
data (RFC 5321, 4.2.5). Until the data is begun nothing was handed over, whatever goes
wrong. Once it is begun, only an answer tells: a refusal means that the server did not
take the message, silence means that nobody knows::

    >>> import smtplib
    >>> judge_smtp_failure(ConnectionRefusedError("port closed"), data_begun=False).not_done
    True
    >>> judge_smtp_failure(smtplib.SMTPServerDisconnected("gone"), data_begun=True).not_done
    False
    >>> judge_smtp_failure(smtplib.SMTPDataError(452, b"disk full"), data_begun=True).retryable
    True
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

# RFC 1870, 6: the message is larger than the server takes.
TOO_LARGE = 552
# what people need not read as the name of an exception
WORDS = (
    (smtplib.SMTPServerDisconnected, "the mail server ended the connection"),
    (TimeoutError, "the mail server did not answer in time"),
    (ConnectionRefusedError, "no mail server answers at that address"),
)


@dataclass(frozen=True, slots=True)
class SmtpFailure:
    """Why a message did not leave, or may have left.

    :ivar code: stable code of the cause.
    :ivar reason: what the server or the network said, for people.
    :ivar retryable: the same message may go through later, unchanged.
    :ivar not_done: the server certainly did not take the message.
    """

    code: str
    reason: str
    retryable: bool
    not_done: bool


def judge_smtp_failure(error: BaseException, *, data_begun: bool) -> SmtpFailure:
    """Say what a failure means for the message.

    :param error: what ``smtplib`` or the socket raised.
    :param data_begun: whether the message itself had begun to be transmitted.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _judge_recipients(error)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return _judge_answer(error)
    if data_begun:
        return SmtpFailure(
            "mail.outcome_unknown", _describe(error), retryable=False, not_done=False
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SmtpFailure("mail.not_supported", _describe(error), retryable=False, not_done=True)
    return SmtpFailure("mail.server_unreachable", _describe(error), retryable=True, not_done=True)


def _judge_recipients(error: smtplib.SMTPRecipientsRefused) -> SmtpFailure:
    answers = [
        f"{address}: {code} {_text(said)}" for address, (code, said) in error.recipients.items()
    ]
    temporary = any(_is_temporary(code) for code, _said in error.recipients.values())
    return SmtpFailure(
        "mail.recipient_refused", "; ".join(answers), retryable=temporary, not_done=True
    )


def _judge_answer(error: smtplib.SMTPResponseException) -> SmtpFailure:
    reason = f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # A wrong password is mended at the server's settings, without touching the mail.
        return SmtpFailure("mail.login_refused", reason, retryable=True, not_done=True)
    if error.smtp_code == TOO_LARGE:
        # the size is announced with the sender, so the refusal looks like one of the sender
        return SmtpFailure("mail.too_large", reason, retryable=False, not_done=True)
    code = (
        "mail.sender_refused"
        if isinstance(error, smtplib.SMTPSenderRefused)
        else "mail.message_refused"
    )
    return SmtpFailure(code, reason, retryable=_is_temporary(error.smtp_code), not_done=True)


def _is_temporary(code: int) -> bool:
    return 400 <= code < 500


def _describe(error: BaseException) -> str:
    for kind, words in WORDS:
        if isinstance(error, kind):
            return words
    return f"{type(error).__name__}: {error}".strip(": ")


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())
