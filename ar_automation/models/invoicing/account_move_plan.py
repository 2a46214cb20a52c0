from odoo import fields, models


class AccountMove(models.Model):
    """Invoices of recurring plans."""

    _inherit = "account.move"

    ar_plan_id = fields.Many2one(
        "ar.invoice.plan",
        "Recurring plan",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Plan whose periods this invoice bills.",
    )
