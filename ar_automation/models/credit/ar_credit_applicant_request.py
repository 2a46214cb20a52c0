from odoo import fields, models

from .ar_credit_request import WAITING


class ArCreditApplicant(models.Model):
    """An application's place in the queue of credit requests, which follows it."""

    _inherit = "ar.credit.applicant"

    request_ids = fields.One2many(
        "ar.credit.request",
        "applicant_id",
        "Credit requests",
        readonly=True,
        help="Where the application stands in the queue of credit requests.",
    )

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS credit: who is put away waits for no decision; who is a customer is named."""
        result = super().write(vals)
        if "partner_id" in vals:
            for applicant in self.sudo():
                applicant.request_ids.partner_id = applicant.partner_id
        if "active" in vals:
            waiting = self.sudo().filtered(lambda applicant: applicant.state == "received")
            if vals["active"]:
                waiting._open_request()
            else:
                waiting._get_open_requests()._decide(
                    "closed", self.env._("The application was archived.")
                )
        return result

    # === ACTION METHODS ===#

    def action_view_requests(self):
        """Open the application's place in the queue."""
        return self.request_ids._get_records_action(name=self.env._("Credit requests"))

    # === PRIVATE METHODS ===#

    def _open_request(self):
        """Put applications into the queue, once each."""
        # sudo: requests are written by the app alone
        requests = self.env["ar.credit.request"].sudo()
        requests.flush_model(["state"])  # an application has one open request in the database
        requests.create(
            [
                applicant._prepare_request_vals()
                for applicant in self
                if not applicant._get_open_requests()
            ]
        )

    def _prepare_request_vals(self):
        self.ensure_one()
        return {
            "name": self.env._("Credit application of %s", self.name),
            "kind": "application",
            "applicant_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "user_id": self.activity_ids.user_id[:1].id,
            "amount": self.requested_limit,
            "reason": "\n".join(filter(None, (self.message, self.findings))),
            "requested_at": self.received_at,
        }

    def _get_open_requests(self):
        # sudo: requests are written by the app alone
        requests = self.sudo().with_context(active_test=False).request_ids
        return requests.filtered(lambda request: request.state in WAITING).with_env(self.env)

    def _decide(self, target):
        """EXTENDS credit: the request is decided with its application."""
        result = super()._decide(target)
        self._get_open_requests()._decide(target, self.decision_reason or "")
        return result

    def _note_first_approval(self):
        """EXTENDS credit: the request waits for the second person, too."""
        result = super()._note_first_approval()
        for request in self._get_open_requests():
            request._note_first_approval(self.approved_limit, self.decision_reason or "")
        return result

    def _call(self, user):
        """EXTENDS credit: the request says who was called."""
        result = super()._call(user)
        # sudo: requests are written by the app alone
        self._get_open_requests().sudo().user_id = user
        return result
