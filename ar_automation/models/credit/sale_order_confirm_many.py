from odoo import models
from odoo.tools import format_list

from .sale_order import OPEN_STATES

# So many orders are named; of more, how many they are is said.
MOST_NAMED = 10


class SaleOrder(models.Model):
    """Confirming many quotations from the list, and saying what became of each."""

    _inherit = "sale.order"

    # === ACTION METHODS ===#

    def action_ar_confirm_many(self):
        """Confirm the quotations among these orders; what is on credit hold is named.

        An order that Odoo does not confirm (a line without a product, say) stops no other.

        :return: the notification that tells what was confirmed and what was not.
        """
        self.check_access("write")
        quotations = self.filtered(lambda order: order.state in OPEN_STATES)
        refused = quotations.filtered(lambda order: order._confirmation_error_message())
        ready = quotations - refused
        if ready:
            ready.action_confirm()
        confirmed = ready.filtered(lambda order: order.state == "sale")
        held = (ready - confirmed).filtered(lambda order: order.ar_credit_state == "held")
        rejected = ready - confirmed - held
        sentences = [
            *([self.env._("Confirmed: %s.", len(confirmed))] if confirmed else ()),
            *held._ar_name_stopped(
                self.env._("On credit hold, until a credit manager decides: %s.")
            ),
            *rejected._ar_name_stopped(
                self.env._("Rejected on credit grounds, to be changed first: %s.")
            ),
            *refused._ar_word_refused(),
            *(self - quotations)._ar_name_stopped(self.env._("No longer a quotation: %s.")),
        ]
        return self._ar_tell_confirmed(sentences, is_all=confirmed == self)

    # === PRIVATE METHODS ===#

    def _ar_name_stopped(self, sentence):
        """The sentence with the names of these orders in it; nothing if there are none."""
        return [sentence % self._ar_get_names()] if self else []

    def _ar_get_names(self):
        names = self[:MOST_NAMED].mapped("name")
        if len(self) > MOST_NAMED:
            names.append(self.env._("%s more", len(self) - MOST_NAMED))
        return format_list(self.env, names)

    def _ar_word_refused(self):
        """Why Odoo confirms none of these, one sentence per reason."""
        by_message = self.grouped(lambda order: order._confirmation_error_message())
        return [
            self.env._(
                "Not confirmed: %(orders)s. %(reason)s",
                orders=orders._ar_get_names(),
                reason=reason,
            )
            for reason, orders in by_message.items()
        ]

    def _ar_tell_confirmed(self, sentences, *, is_all):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_all else "warning",
                "sticky": not is_all,
                "message": " ".join(sentences),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
