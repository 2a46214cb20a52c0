from odoo import fields, models


class AccountMove(models.Model):
    """The entry of a provision lasts until the next period begins."""

    _inherit = "account.move"

    # on the entry, so that posting any other one asks nothing of the database
    ar_is_provision = fields.Boolean(
        "Provision for losses",
        readonly=True,
        copy=False,
        help="The entry of a provision. Posting it plans its reversal for the next day.",
    )

    # === BUSINESS METHODS ===#

    def _post(self, soft=True):  # noqa: FBT002 - core's signature
        """EXTENDS account: plan the reversal of a provision, once it is posted."""
        posted = super()._post(soft)
        for move in posted.filtered("ar_is_provision"):
            if not move.reversal_move_ids:
                move._ar_plan_reversal()
        return posted

    # === PRIVATE METHODS ===#

    def _ar_plan_reversal(self):
        self.ensure_one()
        values = {
            "date": fields.Date.add(self.date, days=1),
            "auto_post": "at_date",
            "ref": self.env._("Reversal: %s", self.ref),
        }
        self._reverse_moves([values])
