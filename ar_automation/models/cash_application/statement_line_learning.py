from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.matching.lessons import phrase_of
from .match_learning import MOST_AT_ONCE, teach
from .match_memory import read_memory
from .match_reasons import SILENT


class AccountBankStatementLine(models.Model):
    """Learning: what people match by hand, correct and take back, is remembered."""

    _inherit = "account.bank.statement.line"

    ar_learnt = fields.Boolean(
        readonly=True, copy=False, help="The match was made by a person, and was learnt from."
    )

    # What other tools and screens have matched is learnt from before the next matching.
    _ar_to_learn_idx = models.Index(
        "(company_id) WHERE is_reconciled AND ar_learnt IS NOT TRUE "
        "AND ar_match_state IS DISTINCT FROM 'matched'"
    )

    # === ACTION METHODS ===#

    def action_ar_never_customer(self):
        """Remember that such a text is never a customer's payment."""
        memories = self.env["ar.match.memory"]
        memories.check_access("create")
        for line in self:
            phrase = phrase_of(line.payment_ref or "")
            if not phrase:
                raise UserError(
                    self.env._(
                        "“%s” has no words that it could be known again by.", line.payment_ref
                    )
                )
            line._ar_silence(phrase)
        self.ar_proposal_ids._update_state({"proposed"}, "rejected")
        self.filtered(lambda line: not line.is_reconciled)._ar_note_silence()

    def action_undo_reconciliation(self):
        """EXTENDS account: what is taken back was no good lesson."""
        taught = self.filtered("ar_learnt")
        if taught:
            teach(taught, -1)
            taught.sudo().ar_learnt = False
        return super().action_undo_reconciliation()

    # === BUSINESS METHODS ===#

    def _ar_silence(self, phrase):
        known = self.env["ar.match.memory"].with_context(active_test=False)
        known = known.search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "not_customer"),
                ("key", "=", phrase),
            ]
        )
        if known:
            known.sudo().write({"active": True, "is_entered": True})
            return
        known.create(
            {
                "company_id": self.company_id.id,
                "kind": "not_customer",
                "pattern": phrase,
                "evidence": self._ar_tell(),
            }
        )

    def _ar_note_silence(self):
        self.write(
            {
                "ar_match_state": "unmatched",
                "ar_match_code": SILENT,
                "ar_match_reason": self.env._("Its text is never a customer's payment."),
                "ar_match_evidence": self.env._(
                    "Its text is never a customer's payment: see Cash application ▸ Memory."
                ),
            }
        )

    def _ar_tell(self):
        """One line that says which transaction this is."""
        return self.env._(
            "%(date)s, %(amount)s: %(text)s",
            date=self.date,
            amount=self.currency_id.format(self.amount),
            text=(self.payment_ref or "")[:120],
        )

    @api.model
    def _ar_decide_facts(self, company, facts, objection):
        """EXTENDS: first learn from what people did meanwhile, whatever they did it with."""
        self._ar_learn_by_hand(company)
        return super()._ar_decide_facts(company, facts, objection)

    def _ar_apply_batch(self, company, foreseen=None):
        """EXTENDS: say of what is no customer's payment that it is not."""
        outcomes = super()._ar_apply_batch(company, foreseen)
        left = self._ar_open()
        payments = [outcomes[line.id].payment for line in left if line.id in outcomes]
        memory = read_memory(company, payments)
        silent = self.browse(
            payment.payment_id for payment in payments if memory.is_silent(payment)
        )
        silent.filtered(lambda line: line.ar_match_state == "unmatched")._ar_note_silence()
        return outcomes

    def _ar_learn_by_hand(self, company):
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """UPDATE account_bank_statement_line SET ar_learnt = TRUE
                    WHERE id IN (SELECT id FROM account_bank_statement_line
                                  WHERE company_id = %s AND is_reconciled
                                    AND ar_learnt IS NOT TRUE
                                    AND ar_match_state IS DISTINCT FROM 'matched'
                               ORDER BY id DESC LIMIT %s FOR UPDATE SKIP LOCKED)
                RETURNING id""",
                company.id,
                MOST_AT_ONCE,
            )
        )
        if rows:
            lines = self.browse(sorted(row[0] for row in rows))
            lines.invalidate_recordset(["ar_learnt"])
            teach(lines)

    def _ar_note_accepted(self, proposal):
        """EXTENDS: what a person accepted is a lesson."""
        result = super()._ar_note_accepted(proposal)
        teach(self)
        self.sudo().ar_learnt = True
        return result
