from odoo import models

from .customer_check import judge_customers

MANAGER = "ar_automation.ar_automation_group_credit_manager"


class AccountMove(models.Model):
    """The last checkpoint: invoices of customers who owe too much stay drafts."""

    _inherit = "account.move"

    def _post(self, soft=True):  # noqa: FBT002 - core's signature
        # EXTENDS 'account': what is held stays a draft with its reason, the others are posted
        held = self._ar_hold_posting()
        return super(AccountMove, self - held)._post(soft=soft)

    def _ar_hold_posting(self):
        """Note on invoices why they are not posted; a credit manager posts them anyway."""
        held = self.browse()
        if self.env.user.has_group(MANAGER) and not self.env.su:
            return held
        for company, moves in self.grouped("company_id").items():
            invoices = moves.filtered(lambda move: move._ar_is_on_credit())
            judged = judge_customers(invoices.commercial_partner_id, company, "invoice")
            for move in invoices:
                found = judged.get(move.commercial_partner_id.id)
                if found and found.decision == "hold":
                    move.ar_review_reason = self.env._(
                        "On credit hold: %(reason)s. A credit manager may post it.",
                        reason=found.notice,
                    )
                    held |= move
                elif found and found.decision == "warn":
                    move._message_log(
                        body=self.env._("Credit warning: %(reason)s.", reason=found.notice)
                    )
        return held

    def _ar_is_on_credit(self):
        """Whether the invoice asks for credit that nobody has given yet.

        Down payments ask for money first. What was ordered under a release, or paid before,
        was decided with its order.
        """
        self.ensure_one()
        if self.move_type != "out_invoice" or self.amount_total <= 0:
            return False
        lines = self.invoice_line_ids.sale_line_ids
        orders = lines.order_id.sudo()
        is_down_payment = lines and all(line.is_downpayment for line in lines)
        is_decided = orders and all(
            order.ar_credit_state == "released" or order._ar_is_paid() for order in orders
        )
        return not (is_down_payment or is_decided)
