from odoo import fields, models
from odoo.exceptions import UserError

from ...banking.connectors.errors import ConnectorError
from ...models.banking.connection_context import open_context
from ...models.banking.guarded_connector import call_hiding


class ArBankCertificate(models.TransientModel):
    """Makes a new key, and lets the bank make or renew the certificate that belongs to it."""

    _name = "ar.bank.certificate"
    _description = "Certificate of a bank connection"

    connection_id = fields.Many2one("ar.bank.connection", required=True, ondelete="cascade")
    occasion = fields.Selection(
        [("first", "First certificate"), ("renewal", "Renewal")],
        required=True,
        default="first",
        help="The first one is asked for with the one-time code of the agreement; a renewal is "
        "signed with the present certificate, as long as that is valid.",
    )
    one_time_code = fields.Char(
        help="From the agreement or a message of the bank (Nordea: PIN; OP, Samlink: transfer "
        "key). It works once and is not kept.",
    )

    def action_certify(self):
        """Get the certificate and store it with its key.

        :raises UserError: in the bank's words, if it makes none. Key and certificate that the
            connection had stay as they are then.
        """
        self.ensure_one()
        self.connection_id.check_access("write")
        code = (self.one_time_code or "").strip() if self.occasion == "first" else ""
        self.one_time_code = False
        if self.occasion == "first" and not code:
            raise UserError(self.env._("Enter the one-time code of the agreement."))
        try:
            self._certify(code)
        except ConnectorError as error:
            raise UserError(" ".join(filter(None, (error.message, error.hint)))) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.connection_id.name,
                "message": self.env._("The bank made a new certificate; it is stored."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _certify(self, code):
        connection = self.connection_id.sudo()
        provider, context = open_context(connection)
        credentials = context.credentials
        values = call_hiding(
            lambda: [*credentials.list_secrets(), code],
            lambda: provider.certify(context, connection.company_id.name, code),
        )
        credentials.remember(values)
