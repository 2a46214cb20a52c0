from odoo import fields, models


class ArInvoicePlanPause(models.Model):
    """Days for which a plan charges nothing."""

    _name = "ar.invoice.plan.pause"
    _description = "Pause of a plan"
    _order = "date_from"
    _rec_name = "date_from"

    plan_id = fields.Many2one("ar.invoice.plan", required=True, index=True, ondelete="cascade")
    date_from = fields.Date("First day", required=True)
    date_to = fields.Date("Last day", help="Empty: until the plan is resumed.")
    reason = fields.Char()

    _order_of_days = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from - 1)",
        "A pause ends after it begins.",
    )
    _one_open = models.UniqueIndex(
        "(plan_id) WHERE date_to IS NULL", "The plan is paused already; resume it first."
    )
