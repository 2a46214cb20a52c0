"""Reviews a batch of customers: reads their facts, scores them, and proposes what follows."""

from dataclasses import asdict
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from ...engine.credit.limit_proposal import (
    Needs,
    apply_outside_cap,
    propose_limit,
    propose_start,
)
from ...engine.credit.scorecard import classify, score
from .behaviour import BehaviourReader
from .behaviour_query import BehaviourQuery


class ReviewBatch:
    """Prepares the reviews of some customers in a fixed number of statements.

    :param res.partner partners: commercial partners.
    :param res.company company: whose customers.
    :param datetime.date day: as of when.
    """

    def __init__(self, partners, company, day):
        self.env = partners.env
        self.partners = partners.with_company(company).sudo()
        self.company = company
        self.day = day
        env = self.env
        self.card = env["ar.credit.scorecard"].ar_get_policy(company).sudo()
        self.rules, self.classes = self.card._prepare_rules(), self.card._prepare_classes()
        model = env["ar.payment.model"].ar_get_policy(company).sudo()._prepare_model()
        ids = partners.ids
        self.reader = BehaviourReader(BehaviourQuery(company, day, ids), model)
        self.exposures = env["res.partner"].ar_get_exposure(partners, company, day)
        hooks = env["ar.credit.review"]
        self.disputed = hooks._prepare_disputed_ids(company, day, ids)
        self.promises = hooks._prepare_broken_promises(partners, company, day)
        self.ratings = hooks._prepare_outside_ratings(partners, company, day)
        self.caps = hooks._prepare_outside_caps(partners, company, day)

    def prepare(self):
        """Values of one ``ar.credit.review`` per customer, decisions left out."""
        terms = self._terms_by_term()
        return [self._prepare_vals(partner, terms) for partner in self.partners]

    def _prepare_vals(self, partner, terms):
        behaviour = self.reader.describe(partner.id, self.disputed)
        exposure, limit = self.exposures[partner.id], partner.credit_limit
        use = round(100 * exposure["total"] / limit, 1) if limit > 0 else None
        facts = {
            **behaviour.facts,
            "limit_use": use,
            "broken_promises": self.promises.get(partner.id),
            "outside_rating": self.ratings.get(partner.id),
        }
        is_new = behaviour.paid_count < self.card.min_paid and not facts["worst_overdue"]
        current_terms = terms.get(partner.property_payment_term_id.id, 0)
        judged = self._judge_new if is_new else self._judge
        vals, risk, proposal = judged(facts, behaviour, current_terms)
        proposal = apply_outside_cap(proposal, self.caps.get(partner.id))
        return {
            "partner_id": partner.id,
            "company_id": self.company.id,
            "date": self.day,
            "is_new_customer": is_new,
            "risk_class": risk.code,
            "facts": facts,
            "exposure": exposure["total"],
            "overdue": exposure["overdue"],
            "overdue_bucket": behaviour.overdue_bucket,
            "limit_use": use or 0.0,
            "outside_rating": self.ratings.get(partner.id) or 0.0,
            "current_limit": limit,
            "current_terms": current_terms,
            "proposed_limit": float(proposal.limit),
            "proposed_terms": proposal.terms,
            "calculation": {
                key: str(value) if isinstance(value, Decimal) else value
                for key, value in asdict(proposal).items()
            },
            "next_review_date": self.day + relativedelta(months=risk.review_months),
            **vals,
            **self._forecast_vals(behaviour),
        }

    def _judge(self, facts, behaviour, terms):
        scored = score(facts, self.rules)
        risk = classify(scored.index, self.classes)
        needs = Needs(
            Decimal(str(round(behaviour.turnover.year, 2))),
            self._days_known(behaviour),
            terms,
            max(facts["days_late"] or 0.0, 0.0),
        )
        factors = [asdict(factor) for factor in scored.factors]
        vals = {"payment_index": scored.index, "factors": factors}
        return vals, risk, propose_limit(needs, risk)

    def _judge_new(self, _facts, _behaviour, terms):
        risk = next(item for item in self.classes if item.code == self.card.start_class)
        start = Decimal(str(self.card.start_limit))
        vals = {"payment_index": risk.min_index, "factors": []}
        return vals, risk, propose_start(start, terms, risk)

    def _days_known(self, behaviour):
        first = behaviour.turnover.first_date
        return min((self.day - first).days, 365) if first else 0

    def _forecast_vals(self, behaviour):
        forecast = behaviour.forecast
        return {
            "expected_late": forecast.expected_late if forecast else 0.0,
            "probability_late": forecast.probability_late if forecast else 0.0,
        }

    def _terms_by_term(self):
        """Days of each payment term: its last instalment's."""
        terms = self.partners.property_payment_term_id
        return {term.id: max(term.line_ids.mapped("nb_days"), default=0) for term in terms}
