"""Carries mails to their mail servers, each connection for as many mails as there are.

Opening a connection, with its encryption and login, often takes longer than the mail itself;
and a mail that was written ahead, together with others, is on its way in a moment.
"""

import logging
import smtplib
from contextlib import AbstractContextManager
from dataclasses import dataclass

import psycopg2
from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...engine.automation.smtp_failure import SmtpFailure, judge_smtp_failure
from ...exceptions import ArError
from .mail_writer import write_letters
from .smtp_watch import SmtpWatch

_logger = logging.getLogger(__name__)

# mails with larger attachments are written when it is their turn
AHEAD_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Route:
    """By which server and as whom a mail leaves; core keeps so many mails to a connection.

    :ivar number: tells connections apart.
    """

    number: int
    server_id: int
    alias_domain_id: int
    smtp_from: str


class Postman(AbstractContextManager):
    """Hands mails to their servers, and says of each what became of it.

    :param mails: all that are going to be handed over: who carries them is found out at once.
    """

    def __init__(self, mails):
        self.watch = SmtpWatch()
        self._sessions = {}
        self._letters = {}
        self._routes = {}
        for number, (*terms, mail_ids) in enumerate(mails._split_by_mail_configuration()):
            self._routes.update(dict.fromkeys(mail_ids, Route(number, *terms)))

    def __exit__(self, *error):
        """Hang up."""
        for route in list(self._sessions):
            self._hang_up(route)

    def write_ahead(self, mails):
        """Write held mails ahead, while what they need is at hand; nothing is sent.

        What is wrong with one of them is told when it is carried.
        """
        room = AHEAD_BYTES
        for mail in mails:
            room -= sum(mail.attachment_ids.mapped("file_size"))
            if room > 0:
                self._letters[mail.id] = self._compose(mail)

    def carry(self, mail):
        """Hand one mail to its server.

        :raises ArError: see ``mail.mail.ar_hand_over``.
        """
        route = self._routes[mail.id]
        is_used = route in self._sessions
        converse = self._deliver if mail.id in self._letters else self._converse
        try:
            converse(mail, route)
        except ArError as error:
            self._hang_up(route)
            if not (is_used and error.not_done and error.retryable):
                raise
            # servers end connections that they have had enough of, and take a new one
            converse(mail, route)

    # --- what was written ahead

    def _compose(self, mail):
        route = self._routes[mail.id]
        try:
            return write_letters(mail, route)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001 - told when the mail is carried
            # core asserts that there are addresses
            code = "mail.address_invalid" if isinstance(error, AssertionError) else "mail.not_built"
            failure = SmtpFailure(code, str(error), retryable=False, not_done=True)
            return mail._ar_failure(self.watch, failure)

    def _deliver(self, mail, route):
        letters = self._letters[mail.id]
        if isinstance(letters, ArError):
            raise letters
        session, watch = self._connect(mail, route), self.watch
        mail.state = "sent"
        mail.env.flush_all()
        for letter in letters:
            watch.data_begun, watch.error = False, None
            try:
                session.send_message(*letter)
            except Exception as error:
                raise mail._ar_failure(watch, self._judge(mail, error)) from error

    # --- what is written now

    def _converse(self, mail, route):
        session, watch = self._connect(mail, route), self.watch
        watch.data_begun, watch.error = False, None
        mail.state = "outgoing"
        try:
            mail._send(
                raise_exception=True,
                smtp_session=session,
                alias_domain_id=route.alias_domain_id,
                mail_server=mail.env["ir.mail_server"].browse(route.server_id),
            )
        except Exception as error:
            if watch.data_begun and watch.error is None:
                raise  # the server took it, and what came after failed: an unknown outcome
            raise mail._ar_failure(watch, self._judge(mail, error)) from error
        if mail.state != "sent":
            reason = mail.failure_reason or ""
            raise mail._ar_failure(
                watch, SmtpFailure("mail.address_invalid", reason, retryable=False, not_done=True)
            )

    # --- connections and failures

    def _connect(self, mail, route):
        if route in self._sessions:
            return self._sessions[route]
        try:
            session = mail.env["ir.mail_server"]._connect__(
                mail_server_id=route.server_id, smtp_from=route.smtp_from
            )
        except Exception as error:
            # Whatever keeps us from reaching the server, no message was handed over to it.
            failure = judge_smtp_failure(error, data_begun=False)
            raise mail._ar_failure(self.watch, failure) from error
        self.watch.attach(session)
        self._sessions[route] = session
        return session

    def _judge(self, mail, error):
        if self.watch.error is not None:
            return judge_smtp_failure(self.watch.error, data_begun=self.watch.data_begun)
        reason = mail.failure_reason or str(error)
        code = (
            "mail.address_invalid" if isinstance(error, MailDeliveryException) else "mail.not_built"
        )
        return SmtpFailure(code, reason, retryable=False, not_done=True)

    def _hang_up(self, route):
        session = self._sessions.pop(route, None)
        try:
            if session:
                session.quit()
        except (smtplib.SMTPException, OSError) as error:
            _logger.info("Mail server hung up first: %s", error)
