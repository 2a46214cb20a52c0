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

    def _ar_note_credit_use(self):
        """EXTENDS credit: note it on the groups whose limits hold for these customers, too.

        Orders on hold note nothing there either: of many members' orders at once, those that
        wait behind a held one go on, and none gives up.
        """
        if self and self.env["ar.credit.group"]._is_used():
            self._ar_note_groups()
        return super()._ar_note_credit_use()

    def _ar_lock_groups(self):
        self.env["ar.credit.group"].flush_model()
        self.env.execute_query(
            SQL(
                "SELECT id FROM ar_credit_group WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                self._ar_groups_above(),
            )
        )

    def _ar_note_groups(self):
        self.env.execute_query(
            SQL(
                """UPDATE ar_credit_group SET credit_lock = COALESCE(credit_lock, 0) + 1
                    WHERE id IN %s RETURNING id""",
                self._ar_groups_above(),
            )
        )
        self.env["ar.credit.group"].invalidate_model(["credit_lock"], flush=False)

    def _ar_groups_above(self):
        """Ids of the groups that these customers belong to, and of those above them."""
        return SQL(
            """(SELECT above.id
                  FROM ar_credit_group_member_rel rel
                  JOIN res_partner p ON p.id = rel.partner_id
                  JOIN ar_credit_group g ON g.id = rel.group_id
                  JOIN ar_credit_group above ON g.parent_path LIKE above.parent_path || '%%'
                 WHERE p.commercial_partner_id IN %s)""",
            tuple(self.ids),
        )
