from odoo import api, fields, models

from .res_partner import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_interest_regime_id = fields.Many2one(
        "ar.interest.regime",
        "Interest regime",
        company_dependent=True,
        groups=READERS,
        domain="[('company_id', 'in', (False, current_company_id))]",
        help="Law or contract by which this customer's late interest is counted. "
        "Empty: as the company's policy says.",
    )
    ar_late_fee_exempt = fields.Boolean(
        "No late interest or fees",
        company_dependent=True,
        groups=READERS,
        help="Claim no late interest and no fees from this customer.",
    )
    ar_late_fee_count = fields.Integer(
        "Late interest and fees", compute="_compute_ar_late_fee_count", groups=READERS
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("company")
    def _compute_ar_late_fee_count(self):
        groups = self.env["ar.late.fee"]._read_group(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.ar_late_fee_count = counts.get(partner.commercial_partner_id.id, 0)

    # === ACTION METHODS ===#

    def action_ar_view_late_fees(self):
        """Open the customer's late interest and fees in the current companies."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_late_fee_action")
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }

    # === PRIVATE METHODS ===#

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["ar_interest_regime_id", "ar_late_fee_exempt"]
