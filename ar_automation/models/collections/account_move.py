from odoo import fields, models

from .ar_dunning_notice import LIVE_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_dunning_level_id = fields.Many2one(
        "ar.dunning.level",
        "Last reminder",
        compute="_compute_ar_dunning",
        help="Highest dunning level that an item of this invoice went through.",
    )
    ar_dunning_date = fields.Date(
        "Reminded on",
        compute="_compute_ar_dunning",
        help="Day of the last reminder that this invoice was listed in.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_dunning(self):
        # sudo: salespeople see the level of their invoices without access to reminders
        lines = (
            self.env["ar.dunning.notice.line"]
            .sudo()
            .search(
                [("move_id", "in", self.ids), ("notice_id.state", "in", LIVE_STATES)], order="id"
            )
        )
        by_move = lines.grouped("move_id")
        for move in self:
            rows = by_move.get(move._origin, lines.browse())
            levels = rows.level_id.sorted(lambda level: (level.sequence, level.id))
            move.ar_dunning_level_id = levels[-1:]
            move.ar_dunning_date = max(rows.notice_id.mapped("date"), default=False)
