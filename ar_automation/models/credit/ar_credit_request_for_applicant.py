from odoo import fields, models


class ArCreditRequest(models.Model):
    """Applications for credit in the queue of requests; they are decided as applications."""

    _inherit = "ar.credit.request"

    applicant_id = fields.Many2one(
        "ar.credit.applicant",
        "Application",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Who asks to buy on credit; limit and terms are entered there.",
    )

    _customer_known = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR kind = 'application')",
        "Only an application is made by somebody who is no customer yet.",
    )
    _applicant_unique = models.UniqueIndex(
        "(applicant_id) WHERE applicant_id IS NOT NULL AND state IN ('open', 'second')",
        "An application has one open credit request.",
    )

    # === ACTION METHODS ===#

    def action_open_applicant(self):
        """Open the application, where its limit and terms are decided."""
        return self.applicant_id._get_records_action(name=self.env._("Credit application"))

    # === BUSINESS METHODS ===#

    def ar_approve(self, reason, until=None):
        """EXTENDS credit: an application is approved with the limit that is entered on it.

        The applicant reads the reason.
        """
        applications = self._filter_applications()
        result = super(ArCreditRequest, self - applications).ar_approve(reason, until)
        for applicant in applications._prepare_applicants(reason):
            applicant.action_approve()
        return result

    def ar_reject(self, reason):
        """EXTENDS credit: the applicant is told, and reads the reason."""
        applications = self._filter_applications()
        result = super(ArCreditRequest, self - applications).ar_reject(reason)
        applications._prepare_applicants(reason).action_reject()
        return result

    # === PRIVATE METHODS ===#

    def _filter_applications(self):
        return self.filtered(lambda request: request.kind == "application")

    def _prepare_applicants(self, reason):
        """The applicants, locked and with the reason of the decision that follows."""
        for request in self:
            request._prepare_decision(reason)
        applicants = self.sudo().applicant_id.with_env(self.env)
        if applicants:
            applicants.decision_reason = reason
        return applicants
