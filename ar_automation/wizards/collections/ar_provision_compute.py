from odoo import fields, models
from odoo.tools import date_utils


class ArProvisionCompute(models.TransientModel):
    """Compute the provision of a company for a reporting date."""

    _name = "ar.provision.compute"
    _description = "Compute a provision"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        "Reporting date",
        required=True,
        default=lambda self: self._default_date(),
        help="End of this day. The last end of a month is proposed.",
    )

    def _default_date(self):
        first = date_utils.start_of(fields.Date.context_today(self), "month")
        return fields.Date.subtract(first, days=1)

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Compute, and open the result."""
        self.ensure_one()
        provision = self.env["ar.provision"].ar_compute(self.company_id, self.date)
        return provision._get_records_action()
