from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .exposure_query import ExposureQuery


class ArCreditReview(models.Model):
    """What credit bureaus, insurers and banks contribute to a review."""

    _inherit = "ar.credit.review"

    # === HOOKS ===#

    @api.model
    def _prepare_outside_ratings(self, partners, company, day):
        """EXTENDS credit: the score of the newest rating that is valid on the day."""
        known = super()._prepare_outside_ratings(partners, company, day)
        return {
            **known,
            **{
                partner_id: rating.score
                for partner_id, rating in self._get_ratings(partners, company, day).items()
                if rating.is_rated
            },
        }

    @api.model
    def _prepare_outside_caps(self, partners, company, day):
        """``{customer id: what the rating's author would lend at most}``, company currency.

        Empty where the scorecard does not let outsiders cap limits. A limit in a currency
        without a rate caps nothing, because it cannot be compared.
        """
        if not self.env["ar.credit.scorecard"].ar_get_policy(company).sudo().cap_by_rating:
            return {}
        named = {
            partner_id: rating
            for partner_id, rating in self._get_ratings(partners, company, day).items()
            if rating.has_limit
        }
        currencies = self.env["res.currency"].union(
            *(rating.currency_id for rating in named.values())
        )
        rated = currencies.sudo()._ar_with_rate(company.sudo())
        query = ExposureQuery(company, day)
        query.load_rates(set(rated.ids))
        return {
            partner_id: self._convert_cap(query, rating)
            for partner_id, rating in named.items()
            if rating.currency_id in rated
        }

    # === PRIVATE METHODS ===#

    @api.model
    def _get_ratings(self, partners, company, day):
        return self.env["ar.credit.rating"].ar_get_ratings(partners, day, company)

    @api.model
    def _convert_cap(self, query, rating):
        if not rating.proposed_limit:
            return Decimal(0)
        return query.units.round(query.to_company(rating.proposed_limit, rating.currency_id.id))

    @api.model
    def _find_rated_anew(self, company, day):
        """Ids of active customers whose valid rating is not the one of their latest review.

        A rating that has run out is a change, too; one of 0 is not *no rating*.
        """
        self.env["ar.credit.rating"].flush_model()
        self.flush_model(["is_current", "facts", "partner_id", "company_id"])
        return [
            customer_id
            for (customer_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT r.partner_id
                      FROM ar_credit_review r
                      JOIN res_partner p ON p.id = r.partner_id AND p.active
                 LEFT JOIN (SELECT DISTINCT ON (partner_id) partner_id, is_rated, score
                              FROM ar_credit_rating
                             WHERE company_id = %(company)s
                               AND rated_on <= %(day)s AND valid_until >= %(day)s
                          ORDER BY partner_id, rated_on DESC, id DESC) n
                        ON n.partner_id = r.partner_id
                     WHERE r.company_id = %(company)s AND r.is_current
                       AND CASE WHEN n.is_rated THEN ROUND(n.score::numeric, 1) END
                           IS DISTINCT FROM
                           ROUND((r.facts ->> 'outside_rating')::numeric, 1)
                    """,
                    company=company.id,
                    day=day,
                )
            )
        ]
