from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_is_late_fee = fields.Boolean(
        "Charges late interest",
        readonly=True,
        copy=False,
        help="Debit note for late interest and fees; it bears no interest itself.",
    )
    ar_late_fee_ids = fields.One2many(
        "ar.late.fee", "charge_move_id", "Charged interest and fees", readonly=True
    )
    ar_late_fee_count = fields.Integer(
        "Interest and fees",
        compute="_compute_ar_late_fees",
        help="Claims for this invoice having been late.",
    )
    ar_late_fee_amount = fields.Monetary(
        "Late interest and fees",
        compute="_compute_ar_late_fees",
        help="What was claimed so far for this invoice having been late, without what was waived; "
        "on a debit note, what it charges.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_late_fees(self):
        # sudo: salespeople see what their invoice cost the customer without access to claims
        groups = (
            self.env["ar.late.fee"]
            .sudo()
            ._read_group(
                [("move_id", "in", self.ids)], ["move_id", "state"], ["__count", "amount:sum"]
            )
        )
        for move in self:
            own = [group for group in groups if group[0] == move._origin]
            move.ar_late_fee_count = sum(count for _move, _state, count, _amount in own)
            move.ar_late_fee_amount = sum(
                amount for _move, state, _count, amount in own if state != "waived"
            )
        for move in self.filtered("ar_is_late_fee"):
            charged = move.sudo().ar_late_fee_ids.filtered(lambda one: one.state != "waived")
            move.ar_late_fee_amount = sum(charged.mapped("amount"))

    # === CRUD METHODS ===#

    def unlink(self):
        """EXTENDS account: what a deleted debit note charged is still claimed."""
        self._ar_release_late_fees()
        return super().unlink()

    # === ACTION METHODS ===#

    def action_ar_view_late_fees(self):
        """Open the claims that this invoice caused, or that this debit note charges."""
        self.ensure_one()
        field = "charge_move_id" if self.ar_is_late_fee else "move_id"
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_late_fee_action")
        return {**action, "domain": [(field, "=", self.id)], "context": {}}

    def button_cancel(self):
        """EXTENDS account: what a cancelled debit note charged is still claimed."""
        result = super().button_cancel()
        self._ar_release_late_fees()
        return result

    # === HOOKS ===#

    def _invoice_paid_hook(self):
        """EXTENDS account: claims are paid with their debit note."""
        result = super()._invoice_paid_hook()
        debit_notes = self.filtered("ar_is_late_fee")
        # sudo: whoever books a payment need not be allowed to write claims
        debit_notes.sudo().ar_late_fee_ids.filtered(
            lambda claim: claim.state == "charged"
        )._mark_paid()
        return result

    def _reverse_moves(self, default_values_list=None, cancel=False):  # noqa: FBT002 - core's
        """EXTENDS account: crediting a debit note as a whole waives what it charged."""
        refunds = super()._reverse_moves(default_values_list, cancel=cancel)
        if cancel:
            for move, refund in zip(self, refunds, strict=True):
                # sudo: whoever may credit an invoice need not be allowed to write claims
                claims = move.sudo().ar_late_fee_ids.filtered(
                    lambda claim: claim.state in ("charged", "paid")
                )
                claims._mark_waived(self.env._("Credited by %s.", refund.name), self.env.user)
        return refunds

    # === PRIVATE METHODS ===#

    def _ar_release_late_fees(self):
        # sudo: whoever may delete a draft need not be allowed to write claims
        self.sudo().ar_late_fee_ids.filtered(
            lambda claim: claim.state in ("charged", "paid")
        )._mark_accrued_again()

    def _ar_take_back_late_fees(self, claims, reason):
        """Take waived claims off their debit notes."""
        for move in self:
            if move.state == "draft":
                move._ar_drop_late_fees(claims)
            elif move.state == "posted":
                move._ar_credit_late_fees(claims, reason)

    def _ar_drop_late_fees(self, claims):
        self.invoice_line_ids.filtered(lambda line: line.ar_late_fee_id in claims).unlink()
        if not self.invoice_line_ids:
            self.unlink()

    def _ar_credit_late_fees(self, claims, reason):
        kept = self.ar_late_fee_ids - claims
        if kept.filtered(lambda claim: claim.state != "waived"):
            raise UserError(
                self.env._(
                    "%(debit_note)s is posted and also charges %(others)s. Waive all of its "
                    "claims together, or credit a part of it by a credit note.",
                    debit_note=self.name,
                    others=", ".join(kept.mapped("display_name")),
                )
            )
        self._reverse_moves(
            [{"ref": reason, "invoice_date": fields.Date.context_today(self)}], cancel=True
        )
