from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class ArCreditApplicant(models.Model):
    """Who may approve an application: the approval matrix of credit limits says so."""

    _inherit = "ar.credit.applicant"

    first_approved_by_id = fields.Many2one(
        "res.users", "First approval", readonly=True, copy=False, tracking=True
    )
    first_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="What the first approval was about; for more it has to be given anew.",
    )

    # === PRIVATE METHODS ===#

    def _is_approved_finally(self):
        """Whether the current user's approval takes effect; a first of two is noted.

        :raises AccessError: when the limit is beyond what the user decides.
        :raises UserError: when the user has given the first of two approvals already.
        """
        self.ensure_one()
        self.check_access("write")
        verdict = self._judge()
        if verdict == "not_entitled":
            raise AccessError(
                self.env._(
                    "A limit of %(limit)s for %(applicant)s is beyond what you decide under the "
                    "approval matrix. Ask %(approver)s.",
                    limit=self.currency_id.format(self.approved_limit),
                    applicant=self.name,
                    approver=self._get_approver().name or self.env._("a supervisor"),
                )
            )
        if verdict == "same_person":
            raise UserError(
                self.env._(
                    "%(applicant)s needs the approval of two different people, and you have given "
                    "yours. Ask %(approver)s.",
                    applicant=self.name,
                    approver=self._get_approver(self.env.user).name or self.env._("a supervisor"),
                )
            )
        if verdict == "first" and self.state == "received":
            self._note_first_approval()
        return verdict == "final"

    def _judge(self):
        # what the superuser does follows from a decision that was taken
        if self.env.su:
            return "final"
        is_grown = self.currency_id.compare_amounts(self.approved_limit, self.first_amount) > 0
        first = self.env["res.users"] if is_grown else self.first_approved_by_id
        return self.env["ar.credit.approval"].ar_judge(
            self.company_id, "limit", self.approved_limit, first
        )

    def _note_first_approval(self):
        # sudo: who approved first is read-only, whoever decides
        applicant = self.sudo()
        applicant.write({"first_approved_by_id": self.env.uid, "first_amount": self.approved_limit})
        applicant.activity_feedback(["ar_automation.mail_activity_type_credit_applicant"])
        applicant._call(self._get_approver(self.env.user))

    def _get_approver(self, besides=None):
        return self.env["ar.credit.approval"].ar_get_approvers(
            self.company_id, "limit", {self.id: self.approved_limit}, besides
        )[self.id]
