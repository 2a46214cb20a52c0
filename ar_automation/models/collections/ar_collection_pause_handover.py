from odoo import api, models

from ...engine.dunning.facts import Pause


class ArCollectionPause(models.AbstractModel):
    """What a lawyer or an agency collects is in no reminder."""

    _inherit = "ar.collection.pause"

    # === HOOKS ===#

    @api.model
    def _read_pauses(self, items):
        """EXTENDS collections: handed-over items."""
        company = items.sudo().company_id[:1] or self.env.company
        today = self.env["ar.job.collections.promise"]._job_today(company)
        handed = self.env["ar.handover"].ar_get_paused(items, today)
        return {
            **super()._read_pauses(items),
            **{item_id: Pause(until, sentence) for item_id, (until, sentence) in handed.items()},
        }
