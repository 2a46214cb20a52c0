from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .ar_credit_request import WAITING


class ArCreditRequest(models.Model):
    """Deciding requests: who may, once or twice, and what follows."""

    _inherit = "ar.credit.request"

    # === BUSINESS METHODS ===#

    def ar_approve(self, reason, until=None):
        """Approve requests: orders are released and confirmed, limits are changed.

        :param str reason: why, kept with the request and in the audit trail.
        :param datetime.date until: for orders, see ``sale.order.ar_release_credit``; a limit
            has its own end.
        :raises AccessError: unless the user is a credit manager who decides such amounts.
        :raises UserError: when a request is decided already or the reason is missing.
        """
        self.check_access("read")
        limits = self.filtered(lambda request: request.kind == "limit")
        orders = self.sudo().order_id.with_env(self.env)
        if orders:
            orders.ar_release_credit(reason, until)
        for request in limits:
            request._approve_limit(reason)

    def ar_reject(self, reason):
        """Reject requests: orders stay quotations, limits stay as they are.

        :param str reason: why, kept with the request and in the audit trail.
        :raises AccessError: unless the user is a credit manager.
        :raises UserError: when a request is decided already or the reason is missing.
        """
        self.check_access("read")
        limits = self.filtered(lambda request: request.kind == "limit")
        orders = self.sudo().order_id.with_env(self.env)
        if orders:
            orders.ar_reject_credit(reason)
        for request in limits:
            request._reject_limit(reason)

    # === WHO MAY ===#

    def _judge(self, amount):
        """Whether the current user's approval takes effect; refuse it if it may not be given.

        :param float amount: what is to be approved now, in the company's currency.
        :return: ``final``, or ``first`` when a second person has to approve as well.
        """
        self.ensure_one()
        request = self.sudo()
        is_grown = request.currency_id.compare_amounts(amount, request.first_amount) > 0
        first = self.env["res.users"] if is_grown else request.first_approved_by_id
        verdict = self.env["ar.credit.approval"].ar_judge(
            request.company_id, request.kind, amount, first
        )
        if verdict == "not_entitled":
            raise AccessError(
                self.env._(
                    "%(request)s over %(amount)s is beyond what you decide under the approval "
                    "matrix. Ask %(approver)s.",
                    request=request.name,
                    amount=request.currency_id.format(amount),
                    approver=request._get_approver(amount).name or self.env._("a supervisor"),
                )
            )
        if verdict == "same_person":
            raise UserError(
                self.env._(
                    "%(request)s needs the approval of two different people, and you have given "
                    "yours. Ask %(approver)s.",
                    request=request.name,
                    approver=request._get_approver(amount, self.env.user).name
                    or self.env._("a supervisor"),
                )
            )
        return verdict

    def _get_approver(self, amount, besides=None):
        self.ensure_one()
        return self.env["ar.credit.approval"].ar_get_approvers(
            self.company_id, self.kind, {self.id: amount}, besides
        )[self.id]

    def _note_first_approval(self, amount, reason):
        """Keep the first of two approvals."""
        self.ensure_one()
        self.sudo().write(
            {
                "state": "second",
                "first_approved_by_id": self.env.uid,
                "first_approved_at": fields.Datetime.now(),
                "first_amount": amount,
                "decision": reason,
            }
        )

    def _note_prepayment(self, amount, reason, move):
        """Keep what the customer has to pay, and by which invoice if by one.

        :param float amount: in the order's currency.
        :param account.move move: the down payment invoice, None when paid online.
        """
        self.ensure_one()
        self.write(
            {
                "state": "prepayment",
                "prepayment": amount,
                "prepayment_move_id": move.id if move else False,
                "decision": reason,
                "decided_by_id": self.env.uid,
            }
        )

    # === DECIDING ===#

    def _prepare_decision(self, reason):
        """Check that the user may decide this request now, and lock it."""
        self._check_is_manager()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why: the reason is kept with the request and in the audit trail.")
            )
        self.sudo().lock_for_update(allow_referencing=True)
        if self.sudo().state not in WAITING:
            raise UserError(
                self.env._(
                    "%(request)s has been decided already. Reload it to see how.",
                    request=self.sudo().name,
                )
            )

    def _decide(self, state, reason):
        self.sudo().write(
            {
                "state": state,
                "decision": reason,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_ids.unlink()

    def _audit(self, code, reason):
        for request in self.sudo():
            self.env["ar.audit.event"].ar_append(
                request.company_id,
                [
                    {
                        "code": code,
                        "summary": f"{request.name}: {reason}",
                        "record": request,
                        "details": {
                            "customer": request.partner_id.id,
                            "amount": str(request.currency_id.round(request.amount)),
                            "limit": str(request.currency_id.round(request.limit)),
                            "currency": request.currency_id.name,
                        },
                    }
                ],
            )
