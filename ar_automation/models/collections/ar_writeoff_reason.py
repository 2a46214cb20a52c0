from odoo import fields, models


class ArWriteoffReason(models.Model):
    """Why a receivable is given up, and what follows from that for the books."""

    _name = "ar.writeoff.reason"
    _description = "Reason of a write-off"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short and stable, for imports and reports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_tax_relief = fields.Boolean(
        "Tax may be reclaimed",
        help="The law lets the seller correct the VAT of what is given up for this reason. Then "
        "the entry takes the tax back to the tax accounts. It can be changed on each request.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Expense account",
        company_dependent=True,
        domain="[('internal_group', '=', 'expense')]",
        help="Where losses for this reason are booked. Empty: the account of the policy.",
    )

    _code_once = models.UniqueIndex("(code)", "A reason of write-offs with this code exists.")
