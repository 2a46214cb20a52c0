from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers leaves one limit, one latest review and no two groups that meet."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """EXTENDS base: settle limits before, and groups after, all records are moved."""
        groups = dst_partner.sudo().ar_credit_group_ids
        src_partners._ar_revoke_limits_for(dst_partner)
        src_partners._ar_retire_reviews()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner.sudo()._ar_settle_groups(groups)
        return result
