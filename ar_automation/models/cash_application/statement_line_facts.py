from odoo import fields, models

from .booking_ways import BOOKED_BY, UNATTENDED
from .bulk_assign import assign
from .evidence import weightiest
from .match_reasons import NOTHING, VENDORS


class AccountBankStatementLine(models.Model):
    """What the match report counts: who booked a payment, when, and what was taken back."""

    _inherit = "account.bank.statement.line"

    ar_booked_at = fields.Datetime("Applied on", readonly=True, copy=False)
    ar_booked_by = fields.Selection(
        BOOKED_BY,
        "Applied",
        readonly=True,
        copy=False,
        help="By itself or by a rule: without a person. Proposal accepted: a person agreed to what "
        "was proposed. By hand: a person chose what the payment settles.",
    )
    ar_booked_rule_id = fields.Many2one(
        "account.reconcile.model", "Applied by rule", readonly=True, copy=False, ondelete="set null"
    )
    ar_unattended_undo_count = fields.Integer(
        "Unattended matches undone",
        readonly=True,
        copy=False,
        help="How often a match that was booked without a person was taken back. "
        "It stays when the payment is matched again.",
    )
    ar_match_code = fields.Char(
        "Reason for being left",
        readonly=True,
        copy=False,
        help="Code of the fact that mattered most in the decision.",
    )

    # Who paid from an account before is asked for every payment.
    _ar_payer_account_idx = models.Index("(account_number) WHERE account_number IS NOT NULL")
    # Whose mandate a direct debit was collected by; the expression is that of ``payments``.
    _ar_mandate_idx = models.Index(
        "((transaction_details #>> '{identifiers,mandate_id}'))"
        " WHERE (transaction_details #>> '{identifiers,mandate_id}') IS NOT NULL"
    )

    # === BUSINESS METHODS ===#

    def ar_unbook(self):
        """EXTENDS cash application: a match that nobody looked at and that was wrong counts."""
        unattended = self.filtered(lambda line: line.ar_booked_by in UNATTENDED)
        result = super().ar_unbook()
        for count, lines in unattended.grouped("ar_unattended_undo_count").items():
            lines.ar_unattended_undo_count = count + 1
        self.write({"ar_booked_at": False, "ar_booked_by": False, "ar_booked_rule_id": False})
        return result

    def _ar_note_booking(self, way, rule=None):
        """Remember how these payments came to be booked; one write for all of them.

        :param str way: one of ``BOOKED_BY``.
        :param rule: the ``account.reconcile.model`` that booked them, if one did.
        """
        self.write(
            {
                "ar_booked_at": fields.Datetime.now(),
                "ar_booked_by": way,
                "ar_booked_rule_id": rule.id if rule else False,
            }
        )

    def _ar_store(self, outcomes, partners):
        """EXTENDS cash application: note what mattered most, and what was booked unattended."""
        result = super()._ar_store(outcomes, partners)
        lines = self.browse(outcomes)
        assign("ar_match_code", {line: self._main_code(outcomes[line.id]) for line in lines})
        matched = lines.filtered(lambda line: outcomes[line.id].verdict == "matched")
        if matched:
            matched._ar_note_booking("auto")
        return result

    def _main_code(self, decision):
        """The code of the fact that mattered most in a decision."""
        if decision.proposals:
            return weightiest(decision.proposals[0].evidence).code
        if decision.is_vendors:
            return VENDORS
        return "settled" if decision.settled else NOTHING

    def _ar_apply_proposal(self, proposal):
        """EXTENDS cash application: note that a person agreed."""
        result = super()._ar_apply_proposal(proposal)
        self._ar_note_booking("accepted")
        return result

    def _prepare_proposal_vals(self, proposal, state, currencies, speaker):
        """EXTENDS cash application: how many of the reasons speak against it."""
        vals = super()._prepare_proposal_vals(proposal, state, currencies, speaker)
        against = sum(not fact.favourable for fact in proposal.evidence)
        return vals | {"against_count": against}
