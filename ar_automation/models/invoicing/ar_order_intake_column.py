from odoo import fields, models

from .ar_order_intake_profile import MEANINGS


class ArOrderIntakeColumn(models.Model):
    """What one column of an order file means."""

    _name = "ar.order.intake.column"
    _description = "Column of order files"
    _order = "sequence, id"
    _rec_name = "title"

    profile_id = fields.Many2one(
        "ar.order.intake.profile", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    title = fields.Char(required=True, help="As it stands in the first row of the file.")
    meaning = fields.Selection(MEANINGS, help="Empty: the column is not read.")

    _meaning_once = models.UniqueIndex(
        "(profile_id, meaning) WHERE meaning IS NOT NULL",
        "Two columns of a profile cannot mean the same.",
    )
