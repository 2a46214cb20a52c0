from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .exposure_query import to_decimal


class ArCreditReview(models.Model):
    """Deciding what a review proposes: who may, and what follows."""

    _inherit = "ar.credit.review"

    # === ACTION METHODS ===#

    def action_approve(self):
        """Set the proposed limit."""
        self.ar_decide("approved", False)

    def action_reject(self):
        """Ask why, then keep the limit as it is."""
        return self.env["ar.credit.review.rejection"]._ask(self)

    # === BUSINESS METHODS ===#

    def ar_decide(self, verdict, reason):
        """Decide proposals.

        :param str verdict: ``approved`` sets the proposed limits, ``rejected`` keeps the limits.
        :param reason: why; needed to reject.
        :raises UserError: for reviews that do not wait for a decision, or without a reason.
        :raises AccessError: unless the user is a credit manager.
        """
        self._check_may_review()
        if verdict == "rejected" and not (reason or "").strip():
            raise UserError(self.env._("Say why the proposal is rejected."))
        done = self.filtered(lambda review: review.state != "proposed")
        if done:
            raise UserError(
                self.env._(
                    "%(review)s does not wait for a decision: it is marked %(state)s.",
                    review=done[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        done[0].state
                    ],
                )
            )
        self.sudo().write(
            {
                "state": verdict,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_reason": reason,
            }
        )
        if verdict == "approved":
            self._apply_limits()
        else:
            self._log("credit.proposal_rejected")

    # === PRIVATE METHODS ===#

    def _apply_limits(self):
        """Give the proposed limits, each with its reason, and tell the audit trail."""
        self.env["ar.credit.limit"].sudo().create(
            [
                {
                    "partner_id": review.partner_id.id,
                    "company_id": review.company_id.id,
                    "currency_id": review.currency_id.id,
                    # 0 is no limit at all there; the smallest amount is no credit
                    "amount": review.proposed_limit or review.currency_id.rounding,
                    "reason": self.env._(
                        "Credit review of %(day)s, class %(code)s",
                        day=fields.Date.to_string(review.date),
                        code=review.risk_class,
                    ),
                }
                for review in self.sudo()
            ]
        )
        self._log("credit.proposal_applied")

    def _log(self, code):
        for company, own in self.grouped("company_id").items():
            self.env["ar.audit.event"].sudo().ar_append(
                company, [review._prepare_event(code) for review in own]
            )

    def _prepare_event(self, code):
        currency = self.currency_id
        return {
            "code": code,
            "summary": self.env._(
                "%(customer)s, class %(code)s: limit %(current)s, proposed %(proposed)s",
                customer=self.partner_id.display_name,
                code=self.risk_class,
                current=formatLang(self.env, self.current_limit, currency_obj=currency),
                proposed=formatLang(self.env, self.proposed_limit, currency_obj=currency),
            ),
            "record": self.partner_id,
            "details": {
                "review": self.id,
                "from": str(to_decimal(currency, self.current_limit)),
                "to": str(to_decimal(currency, self.proposed_limit)),
                "index": str(self.payment_index),
                "reason": self.decision_reason or self.reason,
            },
        }
