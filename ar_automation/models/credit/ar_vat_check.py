from odoo import api, fields, models

from ...banking.connectors.credit.trouble import in_own_words
from ...banking.connectors.credit.vies import Vies, split_number
from ...banking.connectors.errors import ConnectorError
from .outside_context import NoCredentials, open_outside_context


class ArVatCheck(models.Model):
    """One question to the VAT register of the European Union, and its answer.

    Kept for good: the request identifier is what a tax office asks for. A register that does not
    answer leaves the number *to be verified*; that says nothing about the number.
    """

    _name = "ar.vat.check"
    _description = "VAT number check"
    _order = "checked_at desc, id desc"
    _rec_name = "number"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    number = fields.Char("VAT number", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("valid", "Valid"), ("invalid", "Not registered"), ("unverified", "To be verified")],
        required=True,
        readonly=True,
    )
    reason = fields.Char("Why not verified", readonly=True)
    checked_at = fields.Datetime("Asked", required=True, readonly=True, default=fields.Datetime.now)
    answered_on = fields.Date("Date of the answer", readonly=True)
    name = fields.Char("Registered name", readonly=True)
    address = fields.Char("Registered address", readonly=True)
    request_identifier = fields.Char(
        readonly=True,
        help="Proof that the number was checked on that day. Given if your own company's VAT "
        "number is an European one.",
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_check_number(self, text, company, partner=None):
        """Ask the register about a VAT number and store what came of it.

        :param str text: the number with its country's prefix, as people write it.
        :return: the new record; ``unverified`` with its reason where nobody answered, or where
            the register does not cover the number.
        """
        vals = {
            "company_id": company.id,
            "partner_id": partner.id if partner else False,
            "number": (text or "")[:40],
            **self._ask(split_number(text or ""), company),
        }
        # sudo: whoever may ask may not write answers of their own
        return self.sudo().create(vals).sudo(self.env.su)

    # === PRIVATE METHODS ===#

    def _ask(self, number, company):
        if number is None:
            reason = self.env._(
                "VIES covers numbers of the European Union and Northern Ireland, written with "
                "the letters of their country."
            )
            return {"state": "unverified", "reason": reason}
        requester = split_number(company.vat or "")
        try:
            answer = Vies(self._open_context()).check(number, requester)
        except ConnectorError as error:
            trouble = in_own_words(error, "vies")
            return {"state": "unverified", "reason": f"{trouble.message} {trouble.hint}"}
        return {
            "number": str(number),
            "state": "valid" if answer.is_valid else "invalid",
            "answered_on": answer.checked_on,
            "name": answer.name,
            "address": answer.address,
            "request_identifier": answer.identifier,
        }

    @api.model
    def _open_context(self):
        return open_outside_context(self.env, NoCredentials())
