from odoo import api, fields, models


class ArWorklistTeam(models.TransientModel):
    """What one collector has to do and did today, as a team lead looks at it."""

    _name = "ar.worklist.team"
    _description = "Worklist of the team"
    _order = "overdue desc, id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Collector", readonly=True, help="Empty: customers that no rule gives anybody."
    )
    customers = fields.Integer(readonly=True)
    due = fields.Integer("Actions due", readonly=True, help="Next actions for today or earlier.")
    paused = fields.Integer("Left in peace", readonly=True)
    overdue = fields.Monetary(readonly=True)
    amount = fields.Monetary(
        "To ask for now", readonly=True, help="Without what is paused, disputed or covered."
    )
    done = fields.Integer("Done today", readonly=True, help="Customers contacted today.")
    promised = fields.Monetary("Promised today", readonly=True)

    # === ACTION METHODS ===#

    @api.model
    def action_open(self):
        """Count the worklist of the current company by collector, and show it."""
        self.check_access("create")
        worklist, company = self.env["ar.worklist"], self.env.company
        lines = self.create(worklist._prepare_team(company))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_worklist_team_action"
        )
        return {**action, "domain": [("id", "in", lines.ids)]}

    def action_open_worklist(self):
        """Show the customers of this collector."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("ar_automation.ar_worklist_action")
        return {**action, "params": {"whose": self.user_id.id or "nobody"}}
