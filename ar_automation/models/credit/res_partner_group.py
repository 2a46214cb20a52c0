from odoo import fields, models
from odoo.tools import SQL

from .res_partner import EXPOSURE_GROUPS


class ResPartner(models.Model):
    """The credit groups that a customer belongs to."""

    _inherit = "res.partner"

    ar_credit_group_ids = fields.Many2many(
        "ar.credit.group",
        "ar_credit_group_member_rel",
        "partner_id",
        "group_id",
        "Credit groups",
        groups=EXPOSURE_GROUPS,
        help="The customer shares the limit of these groups with their other members.",
    )

    # === PRIVATE METHODS ===#

    def _ar_settle_groups(self, kept):
        """Leave groups that count in the same company as one that is kept.

        :param ar.credit.group kept: groups to stay in; more are kept where they do not meet.
        """
        self.ensure_one()
        self.invalidate_recordset(["ar_credit_group_ids"])
        for group in (self.ar_credit_group_ids - kept).sorted("id"):
            if any(group._meets(other) for other in kept):
                group.member_ids -= self
                group._message_log(
                    body=self.env._(
                        "%(customer)s left the group when customers were merged.",
                        customer=self.display_name,
                    )
                )
            else:
                kept |= group

    def _ar_lock_credit(self):
        """EXTENDS credit: lock the groups whose limits hold for these customers, too."""
        if self and self.env["ar.credit.group"]._is_used():
            self._ar_lock_groups()
        return super()._ar_lock_credit()

    def _ar_lock_groups(self):
        self.env["ar.credit.group"].flush_model()
        self.env.execute_query(
            SQL(
                """WITH locked AS (
                       SELECT upper.id FROM ar_credit_group upper
                        WHERE upper.id IN
                              (SELECT above.id
                                 FROM ar_credit_group_member_rel rel
                                 JOIN res_partner p ON p.id = rel.partner_id
                                 JOIN ar_credit_group g ON g.id = rel.group_id
                                 JOIN ar_credit_group above
                                   ON g.parent_path LIKE above.parent_path || '%%'
                                WHERE p.commercial_partner_id IN %s)
                     ORDER BY upper.id FOR NO KEY UPDATE)
                   UPDATE ar_credit_group g SET credit_lock = COALESCE(g.credit_lock, 0) + 1
                     FROM locked WHERE g.id = locked.id RETURNING g.id""",
                tuple(self.ids),
            )
        )
