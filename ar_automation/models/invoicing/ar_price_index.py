import datetime
from decimal import Decimal

from odoo import fields, models


class ArPriceIndex(models.Model):
    """A published index, such as consumer prices, that plans' prices follow."""

    _name = "ar.price.index"
    _description = "Price index"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    source = fields.Char(help="Who publishes it, and where the values are found.")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: plans of all companies may follow it."
    )
    value_ids = fields.One2many("ar.price.index.value", "index_id", "Values")

    def _ar_values(self) -> dict[datetime.date, Decimal]:
        """Value by the first day on which it holds."""
        self.ensure_one()
        return {value.date: Decimal(str(value.value)) for value in self.value_ids}
