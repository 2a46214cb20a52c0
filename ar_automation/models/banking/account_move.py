from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === COMPUTE METHODS ===#

    def _compute_name(self):
        """EXTENDS account: number the entries of many bank lines with one look-up per month.

        Core looks up the last number for every entry. The entries of one batch, journal and
        month are numbered on end, so that each number follows from the one before.
        """
        if len(self) < 2 or not all(move._ar_is_new_bank_entry() for move in self):
            super()._compute_name()
            return
        # the order in which core numbers
        ordered = self.sorted(lambda move: (move.date, move.ref or "", move._origin.id))
        months = ordered.grouped(lambda move: (move.journal_id, move.date.year, move.date.month))
        for moves in months.values():
            moves[0]._set_next_sequence()
            moves[1:]._ar_number_after(moves[0])
        self._inverse_name()

    # === BUSINESS METHODS ===#

    def _ar_is_new_bank_entry(self):
        """Whether it waits for its first number, and all its journal's lines count alike."""
        return (
            self.statement_line_id
            and self.date
            and self.state == "posted"
            and (not self.name or self.name == "/")
            and not self.journal_id.is_self_billing
        )

    def _ar_number_after(self, first):
        """Give the numbers that follow that of ``first``, which this transaction holds."""
        if not self:
            return
        pattern, values = first._get_sequence_format_param(first.name)
        for move in self:
            move.name = move._locked_increment(pattern, dict(values))
        self._compute_split_sequence()
        self.modified(["name"])
