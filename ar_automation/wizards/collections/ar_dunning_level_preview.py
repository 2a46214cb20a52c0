from odoo import fields, models


class ArDunningLevelPreview(models.TransientModel):
    """A level's text, as one customer would read it."""

    _name = "ar.dunning.level.preview"
    _description = "Preview of a reminder's text"

    level_id = fields.Many2one("ar.dunning.level", required=True, readonly=True, ondelete="cascade")
    notice_id = fields.Many2one(
        "ar.dunning.notice", "Figures from", required=True, readonly=True, ondelete="cascade"
    )
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
