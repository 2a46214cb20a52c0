from odoo import http
from odoo.exceptions import UserError
from odoo.http import request


class ConsentReturnController(http.Controller):
    """The way back from a bank's page on which the account owner allowed reading."""

    @http.route("/ar_automation/bank/return", type="http", auth="user", methods=["GET"])
    def take_answer(self, **answer):
        """Take the bank's answer and show the connection.

        The answer's ``state`` belongs to one user and one connection and is used up here.
        """
        try:
            connection, _error = request.env["ar.bank.connection"].ar_finish_authorisation(answer)
        except UserError as error:
            return request.render(
                "ar_automation.consent_refused", {"message": str(error)}, status=400
            )
        # A failure stands on the connection, with what to do about it.
        return request.redirect(f"/odoo/bank-connections/{connection.id}")
