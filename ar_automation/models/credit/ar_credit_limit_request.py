from odoo import fields, models
from odoo.exceptions import AccessError


class ArCreditLimit(models.Model):
    """Limits beyond what somebody decides: asked for under the approval matrix."""

    _inherit = "ar.credit.limit"

    # === PRIVATE METHODS ===#

    def _filter_beyond_band(self):
        """Those that the current user may not give alone.

        A company without a matrix for limits leaves it to the access rights who gives limits.
        """
        approvals = self.env["ar.credit.approval"]
        if self.env.su or not self:
            return self.browse()
        ruled = self.company_id.filtered(lambda one: approvals._get_matrix(one, "limit"))
        return self.filtered(
            lambda limit: (
                limit.company_id in ruled
                and approvals.ar_judge(limit.company_id, "limit", limit._get_amount_to_decide())
                != "final"
            )
        )

    def _get_amount_to_decide(self):
        """In the company's currency; no limit at all is decided like the largest."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        company = self.company_id
        amount = self.currency_id._convert(self.amount, company.currency_id, company, today)
        return amount or 1e15

    def _ask(self):
        """Open a credit request for each of these limits; until it is approved none holds.

        :raises AccessError: for limits of groups, which are nobody's request.
        """
        for limit in self:
            if limit.group_id:
                raise AccessError(
                    self.env._(
                        "The limit of %(group)s is beyond what you decide under the approval "
                        "matrix. Ask a credit manager who decides such limits to give it.",
                        group=limit.group_id.name,
                    )
                )
            limit.sudo().write({"is_revoked": True, "is_asked": True})
            self.env["ar.credit.request"].ar_request_given_limit(limit)

    def _end_asking(self, *, is_granted):
        """Let limits that were asked for hold, or never."""
        asked = self.filtered("is_asked")
        asked.write({"is_asked": False, "is_revoked": not is_granted})
        if is_granted:
            asked._begin()
