from odoo import fields, models
from odoo.exceptions import UserError

from .ar_cash_policy import CREDIT_MODES


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_cash_own_tolerance = fields.Boolean(
        "Own payment tolerances",
        company_dependent=True,
        help="Use the tolerances below for this customer's payments instead of the company's.",
    )
    ar_cash_tolerance_short = fields.Float(
        "Write off up to (customer)",
        company_dependent=True,
        digits="Account",
        help="So much may be missing in a payment of this customer and is written off.",
    )
    ar_cash_tolerance_over = fields.Float(
        "Keep up to (customer)",
        company_dependent=True,
        digits="Account",
        help="So much may be paid too much by this customer and is kept as income.",
    )
    ar_cash_tolerance_percent = fields.Float(
        "At most (%, customer)",
        company_dependent=True,
        help="Both are at most this share of what is paid; 0: no such limit.",
    )
    ar_credit_mode = fields.Selection(
        CREDIT_MODES,
        "Open credit",
        company_dependent=True,
        help="What becomes of this customer's credit notes and overpayments. Empty: as the "
        "company's cash application policy says.",
    )
    ar_receipt_wish = fields.Selection(
        [("wanted", "Wants receipts"), ("unwanted", "Wants none")],
        "Receipts",
        company_dependent=True,
        help="Whether this customer gets a mail when a payment is matched. Empty: as the "
        "company's cash application policy says.",
    )

    # === ACTION METHODS ===#

    def action_ar_request_refund(self):
        """Ask for the customer's open credit to be paid back."""
        self.ensure_one()
        credits_ = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "child_of", self.commercial_partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
            ]
        )
        if not credits_:
            raise UserError(self.env._("%s has no open credit.", self.display_name))
        # a refund is in one currency; a second one can be asked for the others
        return credits_.filtered(
            lambda item: item.currency_id == credits_[0].currency_id
        ).action_ar_request_refund()
