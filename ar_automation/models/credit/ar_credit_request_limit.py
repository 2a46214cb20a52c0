from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ArCreditRequest(models.Model):
    """Asking for another credit limit, and granting it."""

    _inherit = "ar.credit.request"

    limit_id = fields.Many2one(
        "ar.credit.limit",
        "Limit to give",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="With its own days and currency; it holds once the request is approved.",
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_request_limit(self, partner, company, limit, reason):
        """Change a customer's limit, or ask those who may.

        The limit is set at once when the current user decides such an amount alone under
        the approval matrix. Otherwise a request is opened and its approver is called; a
        limit that is asked for again replaces the request that was still open.

        :param res.partner partner: whose limit; that of its commercial partner is meant.
        :param float limit: in the company's currency; zero means no limit, which is
            decided like the largest of all limits.
        :param str reason: why, kept with the request.
        :return: the request, approved or open.
        :raises UserError: when the reason is missing or the limit is negative.
        """
        self._check_limit(limit, reason)
        customer = partner.commercial_partner_id.with_company(company)
        request = self._open_limit_request(customer, company, limit, reason)
        verdict = self.env["ar.credit.approval"].ar_judge(
            company, "limit", request._get_limit_to_decide()
        )
        if verdict == "final":
            request._grant_limit(reason)
        else:
            request._start_deciding()
        return request

    def _check_limit(self, limit, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the limit is to change: the reason is kept."))
        if float_compare(limit, 0.0, precision_digits=6) < 0:
            raise UserError(
                self.env._("A credit limit cannot be negative. Zero means that there is none.")
            )

    def _open_limit_request(self, customer, company, limit, reason):
        replaced = self.sudo().search(
            [
                ("kind", "=", "limit"),
                ("state", "in", ("open", "second")),
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
            ]
        )
        replaced._decide("closed", self.env._("Another limit was asked for."))
        exposure = self.env["res.partner"].ar_get_exposure(customer, company)[customer.id]
        values = {
            "name": self.env._("Limit of %(customer)s", customer=customer.display_name),
            "kind": "limit",
            "company_id": company.id,
            "partner_id": customer.id,
            "amount": limit,
            "limit": customer.sudo().credit_limit,
            "exposure": exposure["total"],
            "reason": reason,
            "requested_by_id": self.env.uid,
        }
        return self.sudo().create(values).with_env(self.env)

    @api.model
    @api.private
    def ar_request_given_limit(self, limit):
        """Ask those who may for a limit that somebody wants to give.

        :param ar.credit.limit limit: with its own currency and days; it holds once the
            request is approved.
        :return: the open request.
        """
        company = limit.company_id
        customer = limit.partner_id.with_company(company)
        amount = limit.currency_id._convert(
            limit.amount, company.currency_id, company, fields.Date.context_today(self)
        )
        request = self._open_limit_request(customer, company, amount, limit.reason)
        request.sudo().limit_id = limit
        request._start_deciding()
        return request

    def _start_deciding(self):
        """Count the asking of somebody who may as the first approval, and call who decides."""
        amount = self._get_limit_to_decide()
        besides = None
        if self.env["ar.credit.approval"].ar_judge(self.company_id, "limit", amount) == "first":
            self._note_first_approval(amount, self.sudo().reason)
            self._audit("credit.limit_first_approval", self.sudo().reason)
            besides = self.env.user
        self.sudo()._call_approver(besides)

    # === DECIDING ===#

    def _get_limit_to_decide(self):
        """The amount by which bands go; no limit at all is beyond every amount."""
        request = self.sudo()
        return request.amount or 1e15

    def _approve_limit(self, reason):
        self._prepare_decision(reason)
        amount = self._get_limit_to_decide()
        if self._judge(amount) == "first":
            self._note_first_approval(amount, reason)
            self._audit("credit.limit_first_approval", reason)
            self.sudo()._call_approver(besides=self.env.user)
        else:
            self._grant_limit(reason)

    def _grant_limit(self, reason):
        """Set the limit, note it in the audit trail, and look again at orders on hold."""
        self.ensure_one()
        request = self.sudo()
        if request.limit_id:
            request.limit_id._end_asking(is_granted=True)
        else:
            customer = request.partner_id.with_company(request.company_id)
            customer._ar_set_limit(request.amount, reason)
        self._decide("approved", reason)
        self._audit("credit.limit_changed", reason)
        self._tell_asker(
            self.env._(
                "%(request)s: %(amount)s approved. %(reason)s", **self._prepare_words(reason)
            )
        )

    def _reject_limit(self, reason):
        self._prepare_decision(reason)
        self._decide("rejected", reason)
        self._audit("credit.limit_rejected", reason)
        words = self._prepare_words(reason)
        self._tell_asker(self.env._("%(request)s: %(amount)s refused. %(reason)s", **words))
        self.sudo().partner_id._message_log(
            body=self.env._(
                "The credit limit of %(amount)s that was asked for is refused: %(reason)s", **words
            )
        )

    def _prepare_words(self, reason):
        self.ensure_one()
        request = self.sudo()
        amount = request.currency_id.format(request.amount)
        if request.currency_id.is_zero(request.amount):
            amount = self.env._("no limit")
        return {"request": request.name, "amount": amount, "reason": reason}

    def _tell_asker(self, body):
        """Tell whoever asked what was decided, unless it was decided by the same person."""
        request = self.sudo()
        asker = request.requested_by_id
        if asker.active and asker != self.env.user:
            request.message_post(
                body=body, partner_ids=asker.partner_id.ids, subtype_xmlid="mail.mt_note"
            )

    def _call_approver(self, besides=None):
        """One activity for whoever decides the request now."""
        self.ensure_one()
        self.activity_ids.unlink()
        self.user_id = self._get_approver(self._get_limit_to_decide(), besides)
        if self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Decide: %(request)s", request=self.name),
                note=self.reason,
                user_id=self.user_id.id,
            )
