from odoo import fields, models


class ArContactOutcome(models.Model):
    """How a contact ended, as a code that can be counted."""

    _name = "ar.contact.outcome"
    _description = "Outcome of a contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short and stable, for reports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_reached = fields.Boolean(
        "Reached", help="Somebody of the customer was spoken to; counts as a contact."
    )
    next_step = fields.Selection(
        [
            ("promise", "Register a promise"),
            ("hold", "Put the invoices on hold"),
            ("call_back", "Ask for the day of the next call"),
        ],
        help="What the log asks for with this outcome.",
    )

    _code_unique = models.Constraint("unique (code)", "This code is used by another outcome.")
