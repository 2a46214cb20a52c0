from odoo import http
from odoo.http import request
from werkzeug.exceptions import NotFound

from ...banking.webhook import MAX_BODY_BYTES

HEADER = "X-AR-Signature"


class BankWebhookController(http.Controller):
    """Where providers report that there is something new."""

    @http.route(
        "/ar_automation/bank/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def receive(self, token, **_params):
        """Have the connection fetched soon, if the message is proven.

        Nothing of the message is used but that it came. Whatever is wrong with it is answered
        as if there were nothing here, so that nobody learns which check failed.
        """
        size = request.httprequest.content_length
        if size is None or size > MAX_BODY_BYTES:
            raise NotFound
        is_proven = request.env["ar.bank.webhook"].ar_receive(
            token,
            request.httprequest.get_data(),
            request.httprequest.headers.get(HEADER, ""),
        )
        if not is_proven:
            raise NotFound
        return request.make_response("", status=202)
