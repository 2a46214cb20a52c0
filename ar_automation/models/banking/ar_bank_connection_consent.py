import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...banking.connectors.errors import ConnectorError
from .ar_bank_connection import RETURN_PATH
from .connection_trouble import note_consent, note_failure, note_recovery
from .own_transaction import end_transaction

# A bank's login with a forgotten app at hand takes a while.
MINUTES_TO_RETURN = 30


class ArBankConnection(models.Model):
    """The way to the bank's own web page and back, on which the owner allows reading."""

    _inherit = "ar.bank.connection"

    def action_authorise(self):
        """Send the user to the bank's page."""
        self.ensure_one()
        self.check_access("write")
        try:
            url = self._start_authorisation()
        except ConnectorError as error:
            note_failure(self.sudo(), error)
            end_transaction(self.env)
            raise UserError(" ".join(filter(None, (error.message, error.hint)))) from error
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _start_authorisation(self):
        token = secrets.token_urlsafe(32)
        connection = self.sudo()
        connection.write(
            {
                # Only its hash is kept: whoever reads the database cannot come back in its name.
                "authorisation_token": _hash(token),
                "authorisation_user_id": self.env.uid,
                "authorisation_expires_at": fields.Datetime.now()
                + timedelta(minutes=MINUTES_TO_RETURN),
            }
        )
        _provider, connector = connection._open_connector()
        return connector.start_authorisation(connection.get_base_url() + RETURN_PATH, token)

    @api.model
    @api.private
    def ar_finish_authorisation(self, answer):
        """Take the bank's answer when its page sends the user back.

        :param dict answer: the query values of the way back, with our ``state``.
        :return: ``(connection, error)``: the connection now used up its token; the error is
            None if reading is allowed.
        :raises UserError: if the answer belongs to no way that this user went, or came too late.
        """
        connection = self._take_token(answer.get("state") or "")
        try:
            _provider, connector = connection._open_connector()
            connector.finish_authorisation(answer)
            consent = connector.read_consent()
        except ConnectorError as error:
            note_failure(connection, error)
            return connection, error
        note_consent(connection, consent)
        note_recovery(connection)
        connection.next_sync_at = False
        return connection, None

    def _take_token(self, token):
        """Return the connection that a token belongs to, and use the token up."""
        connection = self.sudo().search(
            [
                ("authorisation_token", "=", _hash(token)),
                ("authorisation_user_id", "=", self.env.uid),
                ("authorisation_expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        if not token or not connection.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "This answer of the bank belongs to no authorisation that you started in the "
                    "last %s minutes. Open the connection and choose Authorise again.",
                    MINUTES_TO_RETURN,
                )
            )
        connection.write(
            {
                "authorisation_token": False,
                "authorisation_user_id": False,
                "authorisation_expires_at": False,
            }
        )
        return connection


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
