from odoo import fields, models


class ArCreditPolicy(models.Model):
    """What salespeople are told about orders on hold."""

    _inherit = "ar.credit.policy"

    tell_salespeople = fields.Boolean(
        "Tell salespeople the figures",
        tracking=True,
        help="Whoever may see an order on hold sees exposure, limit and overdue days in its "
        "reason. Otherwise salespeople without accounting rights read only that the customer is "
        "over its limit or late.",
    )

    def _is_holding_unlimited(self):
        """Whether orders of a customer without a limit of its own may have to be held."""
        self.ensure_one()
        return self.check_overdue or self.limit_amount or self.when_unrated == "hold"
