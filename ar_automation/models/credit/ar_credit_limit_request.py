from odoo import api, fields, models
from odoo.exceptions import AccessError


class ArCreditLimit(models.Model):
    """Limits beyond what somebody decides: asked for under the approval matrix."""

    _inherit = "ar.credit.limit"

    approval_notice = fields.Char(
        "Who decides",
        compute="_compute_approval_notice",
        help="Said before a limit is saved that its author does not give alone.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("amount", "currency_id", "company_id", "group_id")
    @api.depends_context("uid")
    def _compute_approval_notice(self):
        self.approval_notice = False
        for limit in self.filtered(lambda one: not one._origin and one.currency_id):
            if limit._filter_beyond_band():
                limit.approval_notice = limit._word_approval()

    # === PRIVATE METHODS ===#

    def _word_approval(self):
        """What becomes of a limit that is beyond what the current user decides alone."""
        self.ensure_one()
        approvals, amount = self.env["ar.credit.approval"], self._get_amount_to_decide()
        is_first = approvals.ar_judge(self.company_id, "limit", amount) == "first"
        besides = self.env.user if is_first else None
        called = approvals.ar_get_approvers(self.company_id, "limit", {0: amount}, besides)[0]
        approver = called.name or self.env._("a supervisor")
        if self.group_id:
            return self.env._(
                "You do not give such a limit alone, and the limit of a credit group cannot be "
                "asked for. Ask %s to give it.",
                approver,
            )
        if is_first:
            return self.env._(
                "Two people decide such a limit. Saving it counts as the first approval; %s is "
                "called for the second. The present limit goes on until then.",
                approver,
            )
        return self.env._(
            "Such a limit is beyond what you decide. Saving it asks %s; the present limit goes on "
            "until it is approved.",
            approver,
        )

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
        sentences = self._sentences_asked()
        for limit in self:
            limit.sudo().partner_id._message_log(body=sentences[limit.id])

    def _sentences_asked(self):
        return {
            limit.id: self.env._(
                "Asked for %(limit)s, to be approved by somebody else: %(reason)s",
                limit=text,
                reason=limit.reason,
            )
            for limit, text in self._texts()
        }

    def _end_asking(self, *, is_granted):
        """Let limits that were asked for hold, or never."""
        asked = self.filtered("is_asked")
        asked.write({"is_asked": False, "is_revoked": not is_granted, "is_refused": not is_granted})
        if is_granted:
            asked._begin()
