from odoo import api, fields, models
from odoo.exceptions import UserError

OUTCOME = "mailed"


class ArWorklistMail(models.TransientModel):
    """An e-mail to a customer about chosen open items, from a template."""

    _name = "ar.worklist.mail"
    _description = "E-mail about open items"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    contact_id = fields.Many2one(
        "res.partner",
        "To",
        required=True,
        domain="[('id', 'child_of', partner_id), ('email', '!=', False)]",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    item_ids = fields.Many2many("account.move.line", string="About", readonly=True)
    template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "=", "ar.worklist.mail")],
        help="Choosing one writes subject and text anew.",
    )
    subject = fields.Char()
    body = fields.Html(sanitize_style=True)

    # === ONCHANGE METHODS ===#

    @api.onchange("template_id", "contact_id")
    def _onchange_template(self):
        if self.template_id and self._origin:
            self.update(self._origin._render(self.template_id, self.contact_id))

    # === ACTION METHODS ===#

    def action_send(self):
        """Send the e-mail, keep it in the customer's chatter, and log the contact."""
        self.ensure_one()
        if not self.contact_id.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no valid e-mail address. Choose another contact, or enter one.",
                    self.contact_id.display_name,
                )
            )
        if not (self.subject or "").strip():
            raise UserError(self.env._("Give the e-mail a subject first."))
        # first: who may not log contacts sends nothing
        self.env["ar.contact.log"].ar_log(
            self.contact_id,
            OUTCOME,
            channel="mail",
            company_id=self.company_id.id,
            move_ids=self.item_ids.move_id.ids,
            note=self.subject,
        )
        # sudo: collectors write to customers without the right to edit contacts
        self.partner_id.sudo().message_post(
            subject=self.subject,
            body=self.body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact_id.ids,
            author_id=self.env.user.partner_id.id,
            email_layout_xmlid="mail.mail_notification_light",
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS ===#

    def sum_by_currency(self):
        """``[(currency, amount)]`` of what is open on the items; for templates."""
        return [
            (currency, sum(items.mapped("amount_residual_currency")))
            for currency, items in self.item_ids.grouped("currency_id").items()
        ]

    # === PRIVATE METHODS ===#

    def _render(self, template, contact):
        """``subject`` and ``body`` by a template, in the language of the contact."""
        self.ensure_one()
        self.contact_id = contact
        # sudo: the template names items that collectors read without the accountants' rights
        rendered = template.sudo()._generate_template(self.ids, ("subject", "body_html"))
        return {
            "subject": rendered[self.id]["subject"],
            "body": rendered[self.id]["body_html"],
        }
