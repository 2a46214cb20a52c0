from decimal import Decimal

from odoo import models

from ...engine.automation.outcome import JobOutcome
from .review_due import ReviewDue


class ArJobCreditReview(models.AbstractModel):
    """Reviews every night the customers who are due: by interval, or because something changed."""

    _name = "ar.job.credit.review"
    _inherit = ["ar.job"]
    _description = "Review customers' credit"

    _job_model = "res.partner"
    _job_batch_size = 500

    def _job_due_domain(self, run):
        return [("id", "in", list(self._collect_due(run)))]

    def _job_process(self, records, run):
        reviews = self.env["ar.credit.review"].with_company(run.company_id)
        made = reviews.ar_review(records, run.date, self._collect_due(run))
        return {review.partner_id.id: self._outcome(review) for review in made}

    def _collect_due(self, run):
        card = self.env["ar.credit.scorecard"].ar_get_policy(run.company_id).sudo()
        due = ReviewDue(run.company_id, run.date, card.limit_use_trigger).collect()
        rated = self.env["ar.credit.review"].sudo()._find_rated_anew(run.company_id, run.date)
        # a reason of another area is graver than the interval
        return {
            **due,
            **dict.fromkeys(rated, "rating"),
            **self._prepare_triggers(run.company_id, run.date),
        }

    def _prepare_triggers(self, company, day):
        """``{commercial partner id: reason code}`` of customers due for other areas' reasons.

        What records promises extends this.
        """
        return {}

    def _outcome(self, review):
        message = self.env._(
            "Class %(code)s, index %(index)d: %(state)s",
            code=review.risk_class,
            index=review.payment_index,
            state=dict(review._fields["state"]._description_selection(self.env))[review.state],
        )
        amount = Decimal(str(review.proposed_limit)) if review.state == "applied" else Decimal(0)
        return JobOutcome.done(message, kind=review.state, amount=amount)
