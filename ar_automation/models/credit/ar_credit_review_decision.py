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

        A limit beyond what the user decides under the approval matrix is asked for: the review
        waits with its credit request, and is decided with it.

        :param str verdict: ``approved`` sets the proposed limits and terms, ``rejected`` keeps
            both.
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
        if verdict == "rejected":
            self._note_decision("rejected", reason)
            self._log("credit.proposal_rejected")
            return
        mine = self._filter_decided_alone()
        mine._note_decision("approved", reason)
        mine._apply_limits()
        mine._apply_terms()
        (self - mine)._ask_for_limits()

    def ar_get_limit_to_set(self):
        """The proposed limit as Odoo knows limits: 0 is none at all there, the smallest amount
        of the currency is no credit.
        """
        self.ensure_one()
        return self.proposed_limit or self.currency_id.rounding

    # === PRIVATE METHODS ===#

    def _note_decision(self, state, reason):
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_reason": reason,
            }
        )

    def _filter_decided_alone(self):
        """Those whose limits the current user decides alone under the approval matrix."""
        judge = self.env["ar.credit.approval"].ar_judge
        amounts = {(review.company_id, review.ar_get_limit_to_set()) for review in self}
        final = {
            (company, amount)
            for company, amount in amounts
            if self.env.su or judge(company, "limit", amount) == "final"
        }
        return self.filtered(
            lambda review: (review.company_id, review.ar_get_limit_to_set()) in final
        )

    def _ask_for_limits(self):
        """Open a credit request for each of these reviews."""
        requests = self.env["ar.credit.request"]
        for review in self:
            review.sudo().state = "requested"
            requests.ar_request_review(review, review._word_reason())

    def _follow_request(self, state, reason):
        """Be decided as the credit request was."""
        waiting = self.filtered(lambda review: review.state == "requested")
        if state == "closed":
            waiting.sudo().state = "superseded"
            return
        waiting._note_decision(state, reason)
        if state == "approved":
            waiting._apply_terms()
            waiting._log("credit.proposal_applied")
        else:
            waiting._log("credit.proposal_rejected")

    def _withdraw_requests(self):
        """Close the requests of reviews whose place another review takes."""
        requests = self.env["ar.credit.request"].sudo()
        open_requests = requests.search(
            [("review_id", "in", self.ids), ("state", "in", ("open", "second"))]
        )
        open_requests._decide("closed", self.env._("The customer was reviewed again."))

    def _apply_terms(self):
        """Give shorter or longer payment terms where the review proposes them."""
        changed = self.sudo().filtered(lambda review: review.proposed_terms != review.current_terms)
        for company, reviews in changed.grouped("company_id").items():
            terms = self.env["account.payment.term"].sudo()._ar_find_by_days(company)
            for review in reviews:
                review._apply_term(terms.get(review.proposed_terms))

    def _apply_term(self, term):
        customer = self.partner_id.with_company(self.company_id)
        if not term:
            body = self.env._(
                "The credit review of %(day)s proposes payment within %(days)d days, and there "
                "are no such payment terms: create them, and set them on this customer.",
                day=fields.Date.to_string(self.date),
                days=self.proposed_terms,
            )
        else:
            customer.property_payment_term_id = term
            body = self.env._(
                "Payment terms %(term)s, by the credit review of %(day)s.",
                term=term.display_name,
                day=fields.Date.to_string(self.date),
            )
        customer._message_log(body=body)

    def _word_reason(self):
        self.ensure_one()
        return self.env._(
            "Credit review of %(day)s, class %(code)s",
            day=fields.Date.to_string(self.date),
            code=self.risk_class,
        )

    def _apply_limits(self):
        """Give the proposed limits, each with its reason, and tell the audit trail."""
        self.env["ar.credit.limit"].sudo().create(
            [
                {
                    "partner_id": review.partner_id.id,
                    "company_id": review.company_id.id,
                    "currency_id": review.currency_id.id,
                    "amount": review.ar_get_limit_to_set(),
                    "reason": review._word_reason(),
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
