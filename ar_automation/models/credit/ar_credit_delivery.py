from functools import wraps

from odoo import models

from .account_move_checkpoint import MANAGER
from .customer_check import judge_customers


class ArCreditDelivery(models.AbstractModel):
    """The checkpoint of deliveries, for databases in which Odoo's inventory is installed.

    The app does not depend on it. When the registry is ready and knows ``stock.picking``,
    validating a delivery asks here first.
    """

    _name = "ar.credit.delivery"
    _description = "Credit check of deliveries"

    def _register_hook(self):
        # EXTENDS base: the model that is to be checked may not exist
        super()._register_hook()
        if "stock.picking" in self.env.registry:
            self._watch(self.env.registry["stock.picking"])

    def _watch(self, picking_class):
        """Put the check in front of the validation of pickings, once per class."""
        validate = picking_class.button_validate
        if getattr(validate, "is_ar_credit_checked", False):
            return

        @wraps(validate)
        def button_validate(pickings):
            held, words = pickings.env["ar.credit.delivery"].ar_hold(pickings)
            if not held:
                return validate(pickings)
            if pickings - held:
                validate(pickings - held)
            return pickings.env["ar.credit.delivery"]._tell(words)

        button_validate.is_ar_credit_checked = True
        picking_class.button_validate = button_validate

    # === BUSINESS METHODS ===#

    def ar_hold(self, pickings):
        """Deliveries that may not leave because of what their customers owe.

        Credit managers may validate any of them.

        :param pickings: records with ``company_id``, ``partner_id``, ``picking_type_code``,
            ``name`` and a chatter.
        :return: the held ones, and their reasons in words.
        """
        held, words = pickings.browse(), []
        if self.env.user.has_group(MANAGER) and not self.env.su:
            return held, words
        leaving = pickings.filtered(
            lambda picking: picking.picking_type_code == "outgoing" and picking.partner_id
        )
        for company, company_pickings in leaving.grouped("company_id").items():
            customers = company_pickings.partner_id.commercial_partner_id
            judged = judge_customers(customers, company, "delivery")
            for picking in company_pickings:
                found = judged.get(picking.partner_id.commercial_partner_id.id)
                if found and found.decision != "pass":
                    words.append(f"{picking.name}: {found.notice}")
                    picking.message_post(body=self._get_note(found))
                    held |= picking if found.decision == "hold" else picking.browse()
        return held, words

    def _get_note(self, found):
        if found.decision == "hold":
            return self.env._("Delivery on credit hold: %(reason)s.", reason=found.notice)
        return self.env._("Credit warning: %(reason)s.", reason=found.notice)

    def _tell(self, words):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("On credit hold"),
                "message": "\n".join(words),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
