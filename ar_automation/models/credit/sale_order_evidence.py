from odoo import api, models

HOLD_ACTIVITY = "ar_automation.mail_activity_type_credit_hold"


class SaleOrder(models.Model):
    """Who is told about a decision on an order, and what the audit trail keeps of it."""

    _inherit = "sale.order"

    def _ar_call_credit_manager(self, besides=None):
        """One activity per order, for whom the approval matrix names for its amount.

        :param res.users besides: has given the first of two approvals.
        """
        activity_type = self.env.ref(HOLD_ACTIVITY, raise_if_not_found=False)
        if not (activity_type and self):
            return
        requests, notices = self._ar_get_waiting_requests(), self._ar_get_notices()
        approvals = self.env["ar.credit.approval"]
        vals_list = []
        for company, orders in self.sudo().grouped("company_id").items():
            amounts = {order.id: requests[order.id].amount for order in orders}
            approvers = approvals.ar_get_approvers(company, "order", amounts, besides)
            for order in orders:
                requests[order.id].user_id = approvers[order.id]
            vals_list += [
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                    "res_id": order.id,
                    "user_id": approvers[order.id].id,
                    "summary": self.env._("Release or reject %(order)s", order=order.name),
                    "note": notices[order.id],
                }
                for order in orders
                if approvers[order.id]
            ]
        self._ar_plan_quietly(vals_list)

    @api.model
    def _ar_plan_quietly(self, vals_list):
        """Plan activities without making followers of the people who are called.

        They decide about the order; what salesperson and customer write to each other
        before and afterwards would be mailed to them.
        """
        planned = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        orders = self.sudo().browse({vals["res_id"] for vals in vals_list})
        following = {order.id: order.message_partner_ids for order in orders}
        # The key keeps Odoo from mailing one notification per order of a bulk confirmation.
        activities = planned.create(vals_list)
        for user, called in activities.grouped("user_id").items():
            partner = user.partner_id
            new = [one.res_id for one in called if partner not in following[one.res_id]]
            orders.browse(new).message_unsubscribe(partner.ids)

    def _ar_end_activities(self):
        activity_type = self.env.ref(HOLD_ACTIVITY, raise_if_not_found=False)
        if activity_type and self:
            self.env["mail.activity"].sudo().search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", activity_type.id),
                ]
            ).unlink()

    def _ar_notify_salesperson(self, body):
        for order in self:
            others = (order.user_id | order.ar_credit_held_by_id).filtered(
                lambda user: user.active and not user.share and user != self.env.user
            )
            order.message_post(
                body=body, partner_ids=others.partner_id.ids, subtype_xmlid="mail.mt_note"
            )

    def _ar_audit(self, code, sentence, reason=None):
        """Append one event per order to its company's audit trail."""
        for company, orders in self.sudo().grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company,
                [
                    {
                        "code": code,
                        "summary": sentence
                        % {"order": order.name, "reason": reason or order.ar_credit_reason},
                        "record": order,
                        "details": order._ar_prepare_evidence(),
                    }
                    for order in orders
                ],
            )

    def _ar_prepare_evidence(self):
        """The numbers behind a decision, as text so that nothing is rounded."""
        self.ensure_one()
        return {
            "customer": self.ar_credit_partner_id.id,
            "amount": f"{self.ar_credit_amount:.{self.ar_credit_currency_id.decimal_places}f}",
            "currency": self.ar_credit_currency_id.name,
            "exposure": f"{self.ar_credit_exposure:.{self.ar_company_currency_id.decimal_places}f}",
            "limit": f"{self.ar_credit_limit:.{self.ar_company_currency_id.decimal_places}f}",
            "company_currency": self.ar_company_currency_id.name,
            "reason": self.ar_credit_reason or "",
        }
