from odoo import fields, models


class ArInterestFixedSum(models.Model):
    """What compensates for the costs of recovering a debt of at least a size."""

    _name = "ar.interest.fixed.sum"
    _description = "Fixed sum for late payment"
    _order = "regime_id, from_amount"
    _rec_name = "amount"

    regime_id = fields.Many2one("ar.interest.regime", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="regime_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="regime_id.fixed_sum_currency_id")
    from_amount = fields.Monetary(
        "Debts from", help="Size of the debt, taxes included, in the currency of the fixed sum."
    )
    amount = fields.Monetary("Fixed sum", required=True)

    _once_a_size = models.UniqueIndex(
        "(regime_id, from_amount)", "A regime has one fixed sum for debts of a size."
    )
    _not_negative = models.Constraint(
        "CHECK (from_amount >= 0 AND amount >= 0)", "Fixed sums and debts are not negative."
    )
