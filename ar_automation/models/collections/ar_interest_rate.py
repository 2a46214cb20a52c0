from odoo import fields, models


class ArInterestRate(models.Model):
    """A reference rate from a day on, with where it was published."""

    _name = "ar.interest.rate"
    _description = "Reference rate of late interest"
    _order = "regime_id, valid_from desc"
    _rec_name = "valid_from"

    regime_id = fields.Many2one("ar.interest.regime", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="regime_id.company_id", store=True, index=True)
    valid_from = fields.Date(
        "From", required=True, help="First day of the rate; it holds until the next one's."
    )
    percent = fields.Float(
        "Reference rate (%)",
        digits=(6, 3),
        required=True,
        help="Percent a year, without the points on top. May be negative.",
    )
    source = fields.Char(help="Who published the rate, and where.")

    _once_a_day = models.UniqueIndex(
        "(regime_id, valid_from)", "A regime has one rate for each day on which rates change."
    )
    _percent_range = models.Constraint(
        "CHECK (percent > -100 AND percent < 1000)",
        "A reference rate is a percentage a year, such as 2.15.",
    )
