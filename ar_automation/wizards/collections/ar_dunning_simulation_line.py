from odoo import fields, models


class ArDunningSimulationLine(models.TransientModel):
    """A reminder of the past: one that a policy would have sent, or one that was sent."""

    _name = "ar.dunning.simulation.line"
    _description = "Reminder in a simulation"
    _order = "date, id"

    simulation_id = fields.Many2one("ar.dunning.simulation", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="simulation_id.company_id.currency_id")
    kind = fields.Selection(
        [("simulated", "Would have been sent"), ("sent", "Was sent")], "What", required=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    level = fields.Char(required=True)
    amount = fields.Monetary("Overdue", help="Overdue amount in company currency.")
