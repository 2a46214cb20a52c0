from odoo import fields, models
from odoo.exceptions import UserError


class ArDunningLevel(models.Model):
    """One step of a dunning policy: from which day on, and in which words."""

    _name = "ar.dunning.level"
    _description = "Dunning level"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one("ar.dunning.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10, help="From the mildest level to the strictest.")
    name = fields.Char(required=True, translate=True)
    days = fields.Integer(
        "Days past due",
        required=True,
        help="An item reaches this level so many days after its due date, "
        "but not before it went through the level before.",
    )
    template_id = fields.Many2one(
        "mail.template",
        "Text",
        required=True,
        ondelete="restrict",
        domain=[("model", "=", "ar.dunning.notice")],
        help="Subject and body of the reminder, in every language that it is translated to; "
        "the customer gets it in the language of the dunning contact.",
    )
    create_activity = fields.Boolean(
        "Ask a person to act",
        help="Once the reminder is sent, an activity on the customer asks the "
        "responsible person to call.",
    )

    _days_positive = models.Constraint(
        "CHECK (days > 0)", "A reminder is sent at least one day after the due date."
    )

    # === ACTION METHODS ===#

    def action_preview(self):
        """Show the level's text with the figures of the newest reminder or preview."""
        self.ensure_one()
        notice = self.env["ar.dunning.notice"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        if not notice:
            raise UserError(
                self.env._(
                    "There is no reminder yet that the text could be shown with. "
                    "Open Collections, Customers to remind first."
                )
            )
        texts = notice._render_texts(self)[notice.id]
        wizard = self.env["ar.dunning.level.preview"].create(
            {"level_id": self.id, "notice_id": notice.id, **texts}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(level)s to %(customer)s",
                level=self.name,
                customer=notice.partner_id.display_name,
            ),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
