from odoo import api, models

from ...engine.dunning.facts import Pause


class ArCollectionPause(models.AbstractModel):
    """What a lawyer or an agency collects is in no reminder."""

    _inherit = "ar.collection.pause"

    # === HOOKS ===#

    @api.model
    def _collect_pauses(self, items, today):
        """EXTENDS collections: handed-over items."""
        handed = self.env["ar.handover"].ar_get_paused(items, today)
        return {
            **super()._collect_pauses(items, today),
            **{item_id: Pause(until, sentence) for item_id, (until, sentence) in handed.items()},
        }
