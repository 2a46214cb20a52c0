from odoo import api, fields, models


class ArDunningLevelPreview(models.TransientModel):
    """A level's text, as one customer would read it: choose a level and whose figures."""

    _name = "ar.dunning.level.preview"
    _description = "Preview of a reminder's text"

    level_id = fields.Many2one("ar.dunning.level", required=True, ondelete="cascade")
    policy_id = fields.Many2one(related="level_id.policy_id")
    company_id = fields.Many2one(related="level_id.company_id")
    notice_id = fields.Many2one(
        "ar.dunning.notice",
        "Figures from",
        required=True,
        ondelete="cascade",
        help="Reminder or preview whose customer and items the text is shown with.",
    )
    subject = fields.Char(compute="_compute_texts")
    body = fields.Html(compute="_compute_texts", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends("level_id", "notice_id")
    def _compute_texts(self):
        for wizard in self:
            notice, level = wizard.notice_id, wizard.level_id
            texts = notice._preview_texts(level) if notice and level else {}
            wizard.subject, wizard.body = texts.get("subject"), texts.get("body")
