from odoo import fields, models


class ResCompany(models.Model):
    """How a company deals with promises to pay and payment plans."""

    _inherit = "res.company"

    ar_promise_grace_days = fields.Integer(
        "Days of grace",
        default=3,
        help="A promise or an instalment is broken when nothing arrived so many days after its "
        "day: a transfer takes a while.",
    )
    ar_promise_broken = fields.Selection(
        [
            ("next_level", "Remind on the next level at once"),
            ("same_level", "Go on where dunning stood"),
        ],
        "After a broken promise",
        default="next_level",
        required=True,
        help="What becomes of the invoices of a broken promise or a plan in default.",
    )
    ar_promise_portal = fields.Boolean(
        "Customers promise in the portal",
        help="Portal users choose open invoices of their company and a day by which they pay; "
        "reminders of these invoices stop until then.",
    )
    ar_promise_portal_days = fields.Integer(
        "Days ahead at most",
        default=14,
        help="How many days from today a customer may promise in the portal at most.",
    )

    _promise_days_not_negative = models.Constraint(
        "CHECK (ar_promise_grace_days >= 0 AND ar_promise_portal_days >= 0)",
        "Days of grace and days ahead cannot be negative.",
    )
