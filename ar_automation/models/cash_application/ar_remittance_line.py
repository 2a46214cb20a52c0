from odoo import api, fields, models

from ...engine.matching.text import normalise_key


class ArRemittanceLine(models.Model):
    """One document of a remittance advice."""

    _name = "ar.remittance.line"
    _description = "Document of a remittance advice"
    _order = "remittance_id, sequence, id"

    remittance_id = fields.Many2one("ar.remittance", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="remittance_id.company_id", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    document_number = fields.Char(
        "Document", help="The number as the customer wrote it, or another one of the same line."
    )
    alternatives = fields.Char(
        readonly=True, help="Other numbers of the same line, any of which may be the document's."
    )
    move_id = fields.Many2one("account.move", "Our document", ondelete="set null", index=True)
    amount = fields.Monetary("Paid", help="What is paid of it; negative for a credit note.")
    deduction = fields.Monetary("Kept back", help="What the customer keeps back of it.")
    reason = fields.Char(help="Why it is kept back, as the customer says.")
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    doubt = fields.Char(readonly=True, help="Why the line is not sure.")
    is_confirmed = fields.Boolean("Confirmed", help="A person says that the line is right.")
    is_sure = fields.Boolean(
        "Sure", compute="_compute_is_sure", store=True, help="Only sure lines count as evidence."
    )

    # === COMPUTE METHODS ===#

    @api.depends("doubt", "is_confirmed", "document_number")
    def _compute_is_sure(self):
        for line in self:
            line.is_sure = bool(line.document_number) and (line.is_confirmed or not line.doubt)

    # === BUSINESS METHODS ===#

    @api.model
    def _prepare_vals(self, number, entry):
        return {
            "sequence": number,
            "document_number": entry.document[:100],
            "alternatives": ", ".join(entry.alternatives)[:200],
            "amount": float(entry.amount or 0),
            "deduction": float(entry.deduction),
            "reason": entry.reason,
            "doubt": entry.doubt,
        }

    def _recognise(self):
        """Find our documents by their numbers, in one statement; the customer's own only."""
        by_line = {
            line: [
                word
                for word in (line.document_number, *(line.alternatives or "").split(", "))
                if word
            ]
            for line in self
        }
        keys = {normalise_key(word) for words in by_line.values() for word in words} - {""}
        if not keys:
            return
        found = self.remittance_id._documents_of(keys)
        for line, words in by_line.items():
            line._recognise_one(words, found)

    def _recognise_one(self, words, found):
        customer = self.remittance_id.partner_id.commercial_partner_id.id
        foreign = False
        for word in words:
            documents = found.get(normalise_key(word), [])
            own = [move for move, owner in documents if owner == customer or not customer]
            if len(own) == 1:
                self.move_id, self.document_number = own[0], word
                return
            foreign = foreign or bool(documents)
        self.doubt = self.doubt or (
            self.env._("%s is not a document of this customer alone", self.document_number)
            if foreign
            else self.env._("we have no document %s", self.document_number)
        )

    def _ar_open_deduction(self, line):
        """Hook: a customer has kept something back of a document, and said why.

        Called once per deduction when the advice is used for a payment. Here it is noted on the
        document; the disputes area opens a dispute.

        :param line: the bank statement line that paid the rest.
        """
        self.ensure_one()
        document = self.move_id
        message = self.env._(
            "%(customer)s keeps back %(amount)s of %(document)s: %(reason)s (%(advice)s)",
            customer=self.remittance_id.partner_id.name,
            amount=self.currency_id.format(self.deduction),
            document=document.name or self.document_number,
            reason=self.reason or self.env._("no reason given"),
            advice=self.remittance_id.name,
        )
        (document or self.remittance_id).message_post(body=message)
        self.env["ar.audit.event"].ar_append(
            self.company_id,
            [
                {
                    "code": "cash_application.deduction",
                    "summary": message,
                    "record": document or self.remittance_id,
                    "details": {"amount": str(self.deduction), "payment": line.move_id.name or ""},
                }
            ],
        )
