from odoo import api, fields, models


class ArCreditRequest(models.Model):
    """Requests that stand for a review whose limit is beyond what its approver decides."""

    _inherit = "ar.credit.request"

    review_id = fields.Many2one(
        "ar.credit.review",
        "Credit review",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The review that proposed this limit; it is decided with the request.",
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_request_review(self, review, reason):
        """Ask those who may for the limit that a review proposes.

        :param ar.credit.review review: whose proposal is beyond the current user's band.
        :param str reason: why the limit is to change.
        :return: the open request; it replaces another one for the customer's limit.
        """
        limit = review.ar_get_limit_to_set()
        company = review.company_id
        customer = review.partner_id.with_company(company)
        request = self._open_limit_request(customer, company, limit, reason)
        request.sudo().review_id = review
        request._start_deciding()
        return request

    # === PRIVATE METHODS ===#

    def _decide(self, state, reason):
        """EXTENDS credit: the review, or the limit that was to be given, follows its request."""
        result = super()._decide(state, reason)
        if state in ("rejected", "closed"):
            self.sudo().limit_id._end_asking(is_granted=False)
        for request in self.sudo().filtered("review_id"):
            request.review_id.with_env(self.env)._follow_request(state, reason)
        return result
