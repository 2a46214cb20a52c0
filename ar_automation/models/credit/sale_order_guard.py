from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .order_check import OrderCheck, today

STOPPING = ("hold", "rejected")
# Written by the system only. A value that a person hands in is refused, because it would
# release the order; one that the context proposes is overwritten.
PROTECTED = {
    "ar_credit_state": "none",
    "ar_credit_reason": False,
    "ar_credit_codes": False,
    "ar_credit_checkpoint": False,
    "ar_credit_partner_id": False,
    "ar_credit_currency_id": False,
    "ar_credit_amount": 0.0,
    "ar_credit_exposure": 0.0,
    "ar_credit_limit": 0.0,
    "ar_credit_held_at": False,
    "ar_credit_held_by_id": False,
    "ar_credit_decided_at": False,
    "ar_credit_decided_by_id": False,
    "ar_credit_decision": False,
    "ar_credit_until_date": False,
}


class SaleOrder(models.Model):
    """The ways around the credit check, closed.

    Nobody writes the credit fields by hand, sets an order to *confirmed* without
    confirming it, or lets a confirmed order grow beyond what its customer may owe.
    """

    _inherit = "sale.order"

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create orders; nobody enters a release."""
        if not self.env.su:
            for vals in vals_list:
                self._ar_refuse_protected(vals)
        protected = self._ar_prepare_protected()
        orders = super().create([{**protected, **vals} for vals in vals_list])
        if not self.env.su:
            confirmed = orders.filtered(lambda order: order.state == "sale")
            confirmed._ar_refuse_excess({order.id: order.amount_total for order in confirmed})
        return orders

    def write(self, vals):
        """Write orders; nobody enters a release, nor confirms past the check."""
        if not self.env.su:
            self._ar_refuse_protected(vals)
        if vals.get("state") == "sale":
            self._ar_refuse_unchecked()
        if vals.get("state") == "cancel":
            self._ar_drop_hold()
        if "company_id" in vals:
            moving = self.filtered(lambda order: order.company_id.id != vals["company_id"])
            moving._ar_forget_decision()
        with self._ar_guard_growth():
            return super().write(vals)

    # === PROTECTION ===#

    def _ar_prepare_protected(self):
        """Start values that overrule what the context proposes.

        Fields that the user has no right to are left out: for them, Odoo itself refuses.
        """
        return {
            name: value
            for name, value in PROTECTED.items()
            if self._has_field_access(self._fields[name], "write")
        }

    def _ar_refuse_protected(self, vals):
        found = sorted(PROTECTED.keys() & vals.keys())
        if found:
            raise AccessError(
                self.env._(
                    "%(fields)s: set by the credit check only. A credit manager releases or "
                    "rejects the order instead.",
                    fields=", ".join(self._fields[name].string for name in found),
                )
            )

    def _ar_passed_ids(self):
        """Ids of the orders that were let through in this transaction and are being confirmed.

        They live with the transaction, where no caller can reach them.
        """
        return self.env.cr.precommit.data.setdefault("ar_automation.credit_passed", set())

    def _ar_refuse_unchecked(self):
        """Refuse to set orders to confirmed that their check would hold."""
        passed = self._ar_passed_ids()
        unchecked = self.filtered(lambda order: order.state != "sale" and order.id not in passed)
        passed.difference_update(self.ids)
        if self.env.su:
            return
        for company_orders in unchecked.grouped("company_id").values():
            check = OrderCheck(company_orders)
            decided = check.decide(today(self)) if check.is_needed() else {}
            for order in company_orders:
                if order.id in decided and decided[order.id].decision.verdict in STOPPING:
                    raise UserError(
                        self.env._(
                            "%(order)s cannot be set to confirmed: %(reason)s. Confirm it with "
                            "its button, which "
                            "asks a credit manager.",
                            order=order.name,
                            reason=decided[order.id].notice or order.ar_credit_decision,
                        )
                    )

    def _ar_refuse_unconfirmable(self):
        """What Odoo would not confirm is not held either: it says why at once."""
        for order in self:
            message = order._confirmation_error_message()
            if message:
                raise UserError(message)

    # === GROWTH ===#

    @contextmanager
    def _ar_guard_growth(self):
        """Refuse what makes a confirmed order bigger than its customer may owe.

        A nested change of the same order is judged with the outer one. The system itself
        (re-invoiced costs, deliveries) and credit managers are free to change orders.
        """
        watched = self.env.cr.precommit.data.setdefault("ar_automation.credit_watched", set())
        orders = self._ar_filter_guarded().filtered(lambda order: order.id not in watched)
        before = {
            order.id: (order.partner_invoice_id.commercial_partner_id, order.amount_total)
            for order in orders
        }
        watched.update(before)
        try:
            yield
        finally:
            watched.difference_update(before)
        grown = {}
        for order in orders:
            customer, amount = before[order.id]
            is_same = customer == order.partner_invoice_id.commercial_partner_id
            growth = order.amount_total - amount if is_same else order.amount_total
            if order.currency_id.compare_amounts(growth, 0.0) > 0:
                grown[order.id] = growth
        if grown:
            self.browse(grown)._ar_refuse_excess(grown)

    def _ar_filter_guarded(self):
        if self.env.su or self.env.user.has_group(
            "ar_automation.ar_automation_group_credit_manager"
        ):
            return self.browse()
        return self.filtered(lambda order: order.state == "sale")

    def _ar_refuse_excess(self, grown):
        """Refuse confirmed orders whose customers owe more than they may.

        :param dict grown: by how much each order has just grown, in its own currency.
        """
        for company_orders in self.grouped("company_id").values():
            check = OrderCheck(company_orders)
            decided = check.decide_grown(today(self), grown) if check.is_needed() else {}
            for order in company_orders:
                if order.id in decided and decided[order.id].decision.verdict == "hold":
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed and cannot grow: %(reason)s. Quote the "
                            "addition on an order of its "
                            "own, which a credit manager can release.",
                            order=order.name,
                            reason=decided[order.id].notice,
                        )
                    )
