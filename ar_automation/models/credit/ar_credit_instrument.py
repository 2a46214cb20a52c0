from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCreditInstrument(models.Model):
    """Somebody else who pays if the customer does not: an insurer, a guarantor, a deposit."""

    _name = "ar.credit.instrument"
    _description = "Credit insurance or guarantee"
    _inherit = ["mail.thread"]
    _order = "valid_until DESC, id DESC"
    _rec_name = "reference"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, tracking=True
    )
    kind = fields.Selection(
        [("insurance", "Insurance"), ("guarantee", "Guarantee"), ("deposit", "Deposit")],
        required=True,
        default="insurance",
        tracking=True,
    )
    issuer_id = fields.Many2one(
        "res.partner",
        "Insurer or guarantor",
        ondelete="restrict",
        tracking=True,
        help="Who pays if the customer does not.",
    )
    reference = fields.Char(required=True, tracking=True, help="Number of the policy or letter.")
    amount = fields.Monetary(required=True, tracking=True, help="Up to how much is covered.")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.currency_id,
    )
    valid_from = fields.Date(tracking=True, help="First day of the cover; empty: from ever.")
    valid_until = fields.Date(
        tracking=True, index=True, help="Last day of the cover; empty: without end."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="The policy or the letter of guarantee."
    )
    note = fields.Text("Conditions")
    active = fields.Boolean(default=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "What is insured or guaranteed is more than zero."
    )
    _period = models.Constraint(
        "CHECK (valid_until >= valid_from)", "A cover ends on the day it begins, or later."
    )

    # === CONSTRAINTS ===#

    @api.constrains("currency_id", "company_id")
    def _check_currency_id(self):
        for instrument in self:
            instrument.currency_id._ar_check_rate(instrument.company_id)

    @api.constrains("partner_id", "issuer_id")
    def _check_issuer_id(self):
        for instrument in self:
            issuer = instrument.issuer_id.commercial_partner_id
            if issuer and issuer == instrument.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s cannot guarantee for itself. Choose who else pays.",
                        customer=instrument.partner_id.display_name,
                    )
                )
