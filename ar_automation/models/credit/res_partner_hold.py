from odoo import fields, models

from .res_partner import EXPOSURE_GROUPS


class ResPartner(models.Model):
    """What follows for orders on hold when a customer's limit changes."""

    _inherit = "res.partner"

    ar_credit_request_ids = fields.One2many(
        "ar.credit.request",
        "partner_id",
        "Open credit requests",
        domain=[("state", "in", ("open", "second", "prepayment"))],
        readonly=True,
        groups=EXPOSURE_GROUPS,
        help="Orders on hold and limits asked for that wait for a decision.",
    )

    # === CRUD METHODS ===#

    def write(self, vals):
        """Write customers; another limit lets held orders be looked at again."""
        done = super().write(vals)
        if "credit_limit" in vals:
            self.env["sale.order"]._ar_look_again(self.commercial_partner_id)
        return done

    # === PRIVATE METHODS ===#

    def _ar_set_limit(self, amount, reason):
        """Set the limit in the current company, after somebody entitled has decided so.

        :param str reason: why, in words.
        """
        self.ensure_one()
        self.env["ar.credit.limit"].sudo().create(
            {
                "partner_id": self.id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "amount": amount,
                "reason": reason,
            }
        )
