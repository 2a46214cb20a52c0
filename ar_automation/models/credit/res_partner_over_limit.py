import operator as operators

from odoo import fields, models

from .credit_standing import StandingQuery
from .res_partner import EXPOSURE_GROUPS

COMPARE = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}


class ResPartner(models.Model):
    """Finding customers by what they may still buy, for any number of them at once."""

    _inherit = "res.partner"

    ar_credit_available = fields.Monetary(search="_search_ar_credit_available")
    ar_is_over_limit = fields.Boolean(
        "Over the limit",
        compute="_compute_ar_is_over_limit",
        search="_search_ar_is_over_limit",
        groups=EXPOSURE_GROUPS,
        help="The customer, or a credit group that it belongs to, owes more than its limit.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_is_over_limit(self):
        for partner in self:
            partner.ar_is_over_limit = partner.ar_credit_available < 0

    def _search_ar_is_over_limit(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._ar_find_available("<", 0.0)
        return [("id", "in" if True in value else "not in", found)]

    def _search_ar_credit_available(self, operator, value):
        if operator not in COMPARE:
            return NotImplemented
        return [("id", "in", self._ar_find_available(operator, value))]

    # === PRIVATE METHODS ===#

    def _ar_find_available(self, operator, value):
        """Ids of customers under a limit whose available credit compares to ``value``."""
        company, today = self.env.company, fields.Date.context_today(self)
        standings = StandingQuery(company, today).collect()
        if operator not in ("<", "<=") or value > 0:
            # who owes nothing has its whole limit
            limited = self.sudo().search([("credit_limit", ">", 0), ("parent_id", "=", False)])
            standings |= StandingQuery(company, today).collect(limited - limited.browse(standings))
        compare = COMPARE[operator]
        return [
            customer_id
            for customer_id, standing in standings.items()
            if (available := standing.available) is not None and compare(float(available), value)
        ]
