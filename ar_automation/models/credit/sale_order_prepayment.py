from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

PAID = ("in_payment", "paid")
RECHECK_CRON = "ar_automation.ir_cron_credit_recheck"


class SaleOrder(models.Model):
    """Partly released orders: the customer pays something first, the rest is credit."""

    _inherit = "sale.order"

    # === BUSINESS METHODS ===#

    def ar_demand_prepayment(self, amount, reason, by="invoice"):
        """Release an order on credit hold as soon as the customer has paid a part of it.

        The rest of the order is what the approval matrix goes by. The order confirms by
        itself when the amount is there.

        :param float amount: to be paid first, in the order's currency, taxes included.
        :param str reason: why, kept with the order and in the audit trail.
        :param str by: ``invoice`` posts a down payment invoice; ``online`` asks the customer
            by e-mail to pay on the portal page of the quotation.
        :raises AccessError: unless the user is a credit manager who decides such amounts.
        :raises UserError: when the order is not on hold, the reason is missing, or the
            amount is not between zero and the order's total.
        """
        self.ensure_one()
        order = self._ar_prepare_decision(reason)
        order._ar_refuse_undecidable(("held",))
        order._ar_check_prepayment(amount)
        if not order._ar_collect_approvals(reason, prepaid=amount):
            return
        request = order._ar_get_waiting_requests()[order.id]
        request.prepayment_move_id._ar_withdraw_prepayment()
        move = order._ar_invoice_prepayment(amount) if by == "invoice" else None
        if by == "online":
            order._ar_ask_online_prepayment(amount)
        request._note_prepayment(amount, reason, move)
        order.write(order._ar_prepare_scope())
        order._ar_end_activities()
        order._ar_notify_salesperson(
            self.env._(
                "Released from credit hold once %(amount)s is paid: %(reason)s",
                amount=order.currency_id.format(amount),
                reason=reason,
            )
        )
        order._ar_audit(
            "credit.prepayment_demanded",
            self.env._("%(order)s needs a prepayment: %(reason)s"),
            reason,
        )

    @api.model
    def _ar_look_again(self, customers):
        """Have the job look at orders on hold soon if one of these customers has any."""
        cron = self.env.ref(RECHECK_CRON, raise_if_not_found=False)
        if not (cron and customers):
            return
        held = (
            Domain("ar_credit_state", "=", "held")
            & Domain("ar_credit_partner_id", "in", customers.ids)
            & Domain("state", "in", ("draft", "sent"))
        )
        if self.sudo().search_count(held, limit=1):
            cron.sudo()._trigger()

    # === IS IT PAID ===#

    def _ar_is_prepaid(self):
        """Whether what was demanded of this order, or all of it, was paid by invoice."""
        self.ensure_one()
        demanded = self._ar_get_demanded_move()
        if demanded.payment_state in PAID and self._ar_compare_scope() in (-1, 0):
            return True
        down_payments = self.order_line.filtered("is_downpayment")
        if not down_payments:
            return False
        paid = down_payments.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.payment_state in PAID
                and move.currency_id == self.currency_id
            )
        )
        total = sum(
            -move.amount_total if move.move_type == "out_refund" else move.amount_total
            for move in paid
        )
        return self.currency_id.compare_amounts(total, max(self.amount_total, 0.01)) >= 0

    def _ar_get_demanded_move(self):
        """The posted down payment invoice that a credit manager demands to be paid."""
        if self.ar_credit_state != "held":
            return self.env["account.move"]
        requests = self.sudo().ar_credit_request_ids
        return requests.filtered(lambda r: r.state == "prepayment").prepayment_move_id.filtered(
            lambda move: move.state == "posted"
        )

    # === ASKING FOR IT ===#

    def _ar_check_prepayment(self, amount):
        is_positive = self.currency_id.compare_amounts(amount, 0.0) > 0
        if not is_positive or self.currency_id.compare_amounts(amount, self.amount_total) > 0:
            raise UserError(
                self.env._(
                    "A prepayment for %(order)s is more than zero and at most its total of "
                    "%(total)s.",
                    order=self.name,
                    total=self.currency_id.format(self.amount_total),
                )
            )

    def _ar_invoice_prepayment(self, amount):
        """Post a down payment invoice over ``amount``, taxes included.

        Odoo's wizard posts notes as whoever runs it; credit managers need not be allowed to.
        """
        company_order = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        wizard = company_order.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": company_order.ids,
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        move = wizard._create_invoices(company_order)
        move.action_post()
        return move.with_env(self.env)

    def _ar_ask_online_prepayment(self, amount):
        """Let the customer pay on the portal page, and write to it."""
        self.write({"require_payment": True, "prepayment_percent": amount / self.amount_total})
        self.filtered(lambda order: order.state == "draft").action_quotation_sent()
        self._portal_ensure_token()
        self.message_post(
            body=self.env._(
                "Please pay %(amount)s in advance. We confirm your order as soon as the payment "
                "has arrived.",
                amount=self.currency_id.format(amount),
            ),
            partner_ids=self.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
