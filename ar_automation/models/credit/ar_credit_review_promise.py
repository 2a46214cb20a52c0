from odoo import api, models


class ArCreditReview(models.Model):
    """Reviews know which promises were broken."""

    _inherit = "ar.credit.review"

    @api.model
    def _prepare_broken_promises(self, partners, company, day):
        """EXTENDS credit: what collections recorded; who never promised stays *not known*."""
        return {
            **super()._prepare_broken_promises(partners, company, day),
            **self.env["ar.promise"].ar_count_broken(partners, company, day),
        }
