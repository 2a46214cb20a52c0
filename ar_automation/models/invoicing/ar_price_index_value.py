from odoo import fields, models


class ArPriceIndexValue(models.Model):
    """What an index was from a day on."""

    _name = "ar.price.index.value"
    _description = "Price index value"
    _order = "date desc"
    _rec_name = "date"

    index_id = fields.Many2one("ar.price.index", required=True, index=True, ondelete="cascade")
    date = fields.Date("From", required=True, help="First day on which the value holds.")
    value = fields.Float(required=True, digits=(12, 4))

    _index_date_unique = models.Constraint(
        "unique (index_id, date)", "An index has one value per day."
    )
    _positive = models.Constraint("CHECK (value > 0)", "An index is greater than zero.")
