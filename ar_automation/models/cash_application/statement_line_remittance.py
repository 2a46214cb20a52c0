from odoo import fields, models


class AccountBankStatementLine(models.Model):
    """Remittance advices: used with the payment that they are about, and freed with it."""

    _inherit = "account.bank.statement.line"

    ar_remittance_ids = fields.One2many(
        "ar.remittance", "statement_line_id", "Remittance advices", readonly=True
    )

    def action_undo_reconciliation(self):
        """EXTENDS account: the advice waits for its payment again."""
        if not self:  # what core asks at each write of a journal item, and does in ten steps
            return None
        result = super().action_undo_reconciliation()
        self.sudo().ar_remittance_ids._update_state({"used"}, "ready")
        return result

    def _ar_apply_batch(self, company, foreseen=None):
        """EXTENDS: advices are used with the payments that were booked, noted on the others."""
        outcomes = super()._ar_apply_batch(company, foreseen)
        advised = {
            line_id: decision.payment.advice_id
            for line_id, decision in outcomes.items()
            if decision.payment.advice_id
        }
        for line_id, advice_id in advised.items():
            line = self.browse(line_id)
            remittance = self.env["ar.remittance"].sudo().browse(advice_id)
            told = self.env._("The remittance advice %s is about this payment.", remittance.name)
            line.ar_match_evidence = "\n".join(filter(None, (line.ar_match_evidence, told)))
            if line.is_reconciled:
                remittance._use(line)
            else:
                remittance.statement_line_id = line
        return outcomes

    def _ar_note_accepted(self, proposal):
        """EXTENDS: what a person accepted uses the advice that is about the payment."""
        result = super()._ar_note_accepted(proposal)
        for remittance in self.sudo().ar_remittance_ids:
            if remittance.state == "ready":
                remittance._use(self)
        return result
