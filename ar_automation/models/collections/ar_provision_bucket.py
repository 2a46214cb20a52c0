from odoo import api, fields, models


class ArProvisionBucket(models.Model):
    """One span of days past due, with its rate by hand and what is added to any rate."""

    _name = "ar.provision.bucket"
    _description = "Provision bucket"
    _order = "policy_id, from_day"

    policy_id = fields.Many2one(
        "ar.provision.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    from_day = fields.Integer(
        "From day",
        required=True,
        help="First day past due; 0 is what is not due yet.",
    )
    percent = fields.Float(
        "Rate by hand (%)",
        digits=(16, 4),
        help="Holds while the company's own history has too few items.",
    )
    overlay = fields.Float(
        "Overlay (points)",
        digits=(16, 4),
        help="Added to the rate for what history does not know, such as a recession ahead; "
        "negative to take off.",
    )
    overlay_reason = fields.Char(help="Why. It stands on every provision that uses it.")

    _day_once = models.UniqueIndex("(policy_id, from_day)", "Two buckets begin on the same day.")
    _in_range = models.Constraint(
        "CHECK (from_day >= 0 AND percent BETWEEN 0 AND 100 AND overlay BETWEEN -100 AND 100)",
        "Rates are 0 to 100 percent, overlays -100 to 100 points, and days not negative.",
    )
    _overlay_explained = models.Constraint(
        "CHECK (COALESCE(overlay, 0) = 0 OR COALESCE(overlay_reason, '') <> '')",
        "An overlay needs a reason.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("from_day", "policy_id.bucket_ids.from_day")
    def _compute_display_name(self):
        for bucket in self:
            later = [
                other.from_day
                for other in bucket.policy_id.bucket_ids
                if other.from_day > bucket.from_day
            ]
            bucket.display_name = bucket._describe(min(later, default=0))

    def _describe(self, following):
        if not self.from_day:
            return self.env._("Not due")
        if following:
            return self.env._(
                "%(first)s to %(last)s days late", first=self.from_day, last=following - 1
            )
        return self.env._("%s days late and more", self.from_day)
