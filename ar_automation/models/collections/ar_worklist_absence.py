from odoo import api, fields, models

from ...engine.dunning.worklist_assignment import Absence


class ArWorklistAbsence(models.Model):
    """Days on which a collector is away, and who works their customers meanwhile."""

    _name = "ar.worklist.absence"
    _description = "Absence of a collector"
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        "Collector",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.uid,
        domain=[("share", "=", False)],
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", required=True, help="Last day of the absence.")
    substitute_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        help="Has these customers on the worklist meanwhile. Who is away too is covered by "
        "their own substitute.",
    )

    _days_ordered = models.Constraint(
        "CHECK (date_from <= date_to)", "An absence cannot end before it begins."
    )
    _other_person = models.Constraint(
        "CHECK (user_id <> substitute_id)", "Nobody can be their own substitute."
    )

    # === COMPUTE METHODS ===#

    @api.depends("user_id", "substitute_id")
    def _compute_display_name(self):
        for absence in self:
            names = (absence.user_id.name or "", absence.substitute_id.name or "")
            absence.display_name = " → ".join(names)

    # === PRIVATE METHODS ===#

    @api.model
    def _read_absences(self, day):
        """The absences on a day as the engine reads them, the one entered first in front."""
        # sudo: cover counts whoever looks at the list
        absences = self.sudo().search(
            [("date_from", "<=", day), ("date_to", ">=", day)], order="id"
        )
        return [
            Absence(
                absence.user_id.id, absence.date_from, absence.date_to, absence.substitute_id.id
            )
            for absence in absences
        ]
