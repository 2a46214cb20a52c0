from odoo import models


class ArJobCreditReview(models.AbstractModel):
    """A broken promise has its customer reviewed the same night."""

    _inherit = "ar.job.credit.review"

    def _prepare_triggers(self, company, day):
        """EXTENDS credit: customers whose promise was broken since their last review."""
        broken = self.env["ar.promise"].ar_get_broken_days(company, day)
        reviews = (
            self.env["ar.credit.review"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", list(broken)),
                    ("partner_id.active", "=", True),
                    ("is_current", "=", True),
                ],
                ["partner_id"],
                ["date:max"],
            )
        )
        return {
            **super()._prepare_triggers(company, day),
            **{
                partner.id: "broken_promise"
                for partner, reviewed in reviews
                if reviewed < broken[partner.id]
            },
        }
