from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .booking import Booking, book


class AccountBankStatementLine(models.Model):
    """Booking a proposal on a payment, and taking it back."""

    _inherit = "account.bank.statement.line"

    # === BUSINESS METHODS ===#

    def ar_book(self, proposal):
        """Book what a person (or a program) decided for this payment.

        :param proposal: an ``ar.match.proposal`` of this payment, or one of the dictionaries of
            :meth:`ar_apply_cash` with ``dry_run``: ``{"items": {item id: amount in the item's
            currency}, "action": str}``; ``partner_id`` says whose money it is where no items are
            named, ``orders`` which are paid in advance, ``evidence`` is kept if given. What is
            paid beyond the items becomes the customer's open credit.
        :raises UserError: if the payment or an item was settled, cancelled or is being worked on
            meanwhile, the books are locked, more is settled than was paid, or an account is
            missing.
        """
        self.ensure_one()
        self.check_access("write")
        self._ar_lock()
        if not isinstance(proposal, models.BaseModel):
            proposal = self._ar_keep_proposal(proposal)
        proposal._check_proposed()
        self._ar_apply_proposal(proposal)

    def ar_unbook(self):
        """Take bookings back: everything is as before, and the proposals are there again.

        Reconciliations, exchange differences, discounts and differences booked off go; the
        payment is back on the suspense account, with the customer that it had. It is not
        booked unattended again.

        :raises UserError: if a payment is not booked, or the books are locked.
        """
        self.check_access("write")
        events = []
        for line in self:
            if not line.is_reconciled:
                raise UserError(self.env._("%s is not matched.", line.payment_ref))
            line.move_id._check_fiscal_lock_dates()
            events.append(line._prepare_event("cash_application.undone", line.ar_match_evidence))
        self._ar_lock()
        self.action_undo_reconciliation()
        for line in self:
            line._ar_restore()
        self._log_events(events)

    def _ar_restore(self):
        """Restore what cash application knew and set before the booking."""
        applied = self.ar_proposal_ids.filtered(lambda item: item.state == "applied")
        if applied and self.partner_id != applied[0].partner_before_id:
            self.partner_id = applied[0].partner_before_id
        again = applied | self.ar_proposal_ids.filtered(lambda item: item.state == "outdated")
        again._update_state({"applied", "outdated"}, "proposed")
        self.write(
            {
                "ar_undo_count": self.ar_undo_count + 1,
                "ar_match_state": "proposed" if again else "unmatched",
                "ar_matched_at": False,
                "ar_match_reason": self.env._("Taken back by %s.", self.env.user.name),
                "ar_match_evidence": False,
            }
        )

    # === HELPERS ===#

    def _ar_lock(self):
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is matching this payment now. Try again in a moment.")
            ) from error

    def _ar_keep_proposal(self, decided):
        """Store a decision that came as a dictionary as a proposal, so that it can be undone."""
        amounts = {int(item_id): amount for item_id, amount in decided["items"].items()}
        items = self.env["account.move.line"].browse(sorted(amounts)).exists()
        if len(items) < len(amounts):
            raise UserError(self.env._("An item that should be settled no longer exists."))
        orders = self.env["sale.order"].sudo().browse(decided.get("orders") or ()).exists()
        partner = items.partner_id.commercial_partner_id[:1]
        if not partner:
            partner = self.env["res.partner"].browse(decided.get("partner_id") or [])
        return (
            self.env["ar.match.proposal"]
            .sudo()
            .create(
                {
                    "statement_line_id": self.id,
                    "item_ids": [(6, 0, items.ids)],
                    "item_names": ", ".join((items.move_id or orders).mapped("name")),
                    "partner_id": (partner or self.partner_id).id,
                    "action": decided.get("action") or "full",
                    "allocation": {str(item_id): amount for item_id, amount in amounts.items()},
                    "confidence": decided.get("probability") or 0.0,
                    "amount": sum(items.mapped("amount_residual_currency")),
                    "item_currency_id": items.currency_id[:1].id or self.currency_id.id,
                    "evidence": "\n".join(decided.get("evidence") or ()),
                    "order_ids": [(6, 0, orders.ids)],
                    "payout_provider_id": decided.get("provider_id") or False,
                }
            )
            .with_env(self.env)
        )

    def _ar_booking(self, proposal):
        """The booking of a stored proposal, with amounts as they are open now."""
        items = proposal.item_ids
        allocation = {int(key): amount for key, amount in (proposal.allocation or {}).items()}
        action = proposal.action or "full"
        if items and not allocation:
            # the amounts do not compare: as far as the money goes, as a person decided
            allocation = self._ar_allocate(items)
            action = "partial"
        items = items.filtered(lambda item: item.id in allocation)
        return Booking(
            self,
            items,
            allocation,
            action,
            proposal.partner_id,
            is_payout=bool(proposal.payout_provider_id),
        )

    def _ar_allocate(self, items):
        """Split the payment over items at the rate of its day, credit notes first, then by age."""
        currency = self.foreign_currency_id or self.currency_id
        left = self.amount_currency if self.foreign_currency_id else self.amount
        shares = {}
        order = sorted(items, key=lambda item: (item.balance > 0, item.date_maturity or item.date))
        for item in order:
            paid = currency._convert(left, item.currency_id, self.company_id, self.date)
            share = min(item.amount_residual_currency, paid)
            if item.currency_id.compare_amounts(share, 0) != 0:
                shares[item.id] = item.currency_id.round(share)
                left -= item.currency_id._convert(share, currency, self.company_id, self.date)
        return shares

    def _ar_apply_proposal(self, proposal):
        """Book a proposal that a person accepted."""
        if self.is_reconciled:
            raise UserError(
                self.env._("%s was matched by somebody else meanwhile.", self.payment_ref)
            )
        proposal.sudo().partner_before_id = self.partner_id
        self._ar_lock_items(proposal.item_ids)
        book([self._ar_booking(proposal)])
        self._ar_note_accepted(proposal)

    def _ar_book_together(self, proposals):
        """Book one proposal for each of these payments of one company, or none at all.

        :raises UserError: as :meth:`ar_book` does.
        """
        self.check_access("write")
        self._ar_lock()
        for proposal in proposals:
            proposal._check_proposed()
            line = proposal.statement_line_id
            if line.is_reconciled:
                raise UserError(
                    self.env._("%s was matched by somebody else meanwhile.", line.payment_ref)
                )
            proposal.sudo().partner_before_id = line.partner_id
        self._ar_lock_items(proposals.item_ids)
        book([proposal.statement_line_id._ar_booking(proposal) for proposal in proposals])
        for proposal in proposals:
            proposal.statement_line_id._ar_note_accepted(proposal)
        self._ar_note_booking("accepted")

    def _ar_note_accepted(self, proposal):
        """Say on the payment, its proposals and the audit trail that a person accepted one."""
        (self.ar_proposal_ids - proposal)._update_state({"proposed"}, "outdated")
        proposal._update_state({"proposed"}, "applied")
        accepted = self.env._("Accepted by %s.", self.env.user.name)
        self.write(
            {
                "ar_match_state": "matched",
                "ar_matched_at": fields.Datetime.now(),
                "ar_match_reason": accepted,
                "ar_match_evidence": f"{accepted}\n{proposal.evidence or ''}".strip(),
            }
        )
        self._log_events([self._prepare_event("cash_application.accepted", proposal.evidence)])

    def _ar_lock_items(self, items):
        try:
            items.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is settling the same items now. Try again in a moment.")
            ) from error
