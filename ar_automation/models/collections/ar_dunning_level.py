from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.dunning.facts import Level

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("sms", "Text message"),
    ("call", "Call"),
    ("portal", "Message in the portal"),
]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ArDunningLevel(models.Model):
    """One step of a dunning policy: from which day on, by which channel, in which words."""

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
        "but not before it went through the level before. A negative number is before the "
        "due date; such a level is passed over once it is too late for it.",
    )
    in_workdays = fields.Boolean(
        "Working days",
        help="Weekends and the public holidays of the policy's country do not count.",
    )
    weekday = fields.Selection(
        WEEKDAYS,
        "Only from",
        help="Wait for this weekday once the days are over; before the due date, take the one "
        "before. Empty: any day.",
    )
    channel = fields.Selection(
        "_select_channels",
        "By",
        required=True,
        default="email",
        help="How the reminder reaches the customer. A letter waits in the list of letters to "
        "print; a call is an activity for a person.",
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
    needs_approval = fields.Boolean(
        "Approve first", help="A supervisor looks at each reminder of this level before it leaves."
    )
    signer_id = fields.Many2one(
        "res.users",
        "Signed by",
        help="Whose name stands under the text. Empty: the company's. Let stricter levels be "
        "signed higher up.",
    )
    attach_statement = fields.Boolean(
        "Statement", default=True, help="Attach the statement of account as PDF."
    )
    attach_invoices = fields.Boolean(
        "Invoices", help="Attach the PDF of each listed invoice that has one."
    )
    show_payment_link = fields.Boolean(
        "Link to pay",
        help="Each listed invoice is a link to its page in the customer portal, where it can be "
        "paid online.",
    )

    _days_possible = models.Constraint(
        "CHECK (days BETWEEN -365 AND 3650)",
        "A reminder is sent from a year before the due date to ten years after it.",
    )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: reminders of all companies count, whoever deletes
        notice = (
            self.env["ar.dunning.notice"]
            .sudo()
            .search(
                [
                    *("|", ("level_id", "in", self.ids), ("line_ids.level_id", "in", self.ids)),
                    ("state", "!=", "simulated"),
                ],
                limit=1,
            )
        )
        if notice:
            raise UserError(
                self.env._(
                    "%(level)s cannot be deleted, because reminders were written on it, such as "
                    "%(notice)s. Copy the policy, delete the level in the copy, let it be the "
                    "policy from now on and archive this one.",
                    level=notice.level_id.name,
                    notice=notice.display_name,
                )
            )
        # previews count for nothing, and would be in the way
        self.env["ar.dunning.notice"].sudo().search(
            ["|", ("level_id", "in", self.ids), ("line_ids.level_id", "in", self.ids)]
        ).unlink()

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
        wizard = self.env["ar.dunning.level.preview"].create(
            {"level_id": self.id, "notice_id": notice.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of %s", self.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS ===#

    @api.model
    def _select_channels(self):
        """Text messages are offered where Odoo's own app for them is installed."""
        installed = "sms.sms" in self.env
        labels = self.env["ar.dunning.notice"]._fields["channel"]._description_selection(self.env)
        return [entry for entry in labels if installed or entry[0] != "sms"]

    def _get_step(self):
        """The level as the engine reads it."""
        self.ensure_one()
        weekday = int(self.weekday) if self.weekday else None
        return Level(self.id, self.days, self.in_workdays, weekday)

    @api.model
    def _find_address(self, contact, channel):
        """Where a reminder by that channel reaches the contact; empty when nowhere."""
        if channel == "email":
            return contact.email_normalized
        if channel in ("sms", "call"):
            return contact.phone
        if channel == "letter":
            lines = [contact.street, contact.zip, contact.city, contact.country_id.name]
            return ", ".join(line for line in lines if line) if contact.city else False
        return contact.display_name
