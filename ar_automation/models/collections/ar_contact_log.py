from odoo import api, fields, models

CHANNELS = [
    ("call", "Call"),
    ("mail", "E-mail"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("portal", "Portal"),
]


class ArContactLog(models.Model):
    """One contact with a customer about what is open: who, how, with what result, what next."""

    _name = "ar.contact.log"
    _description = "Contact"
    _order = "contacted_at desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Spoke to",
        domain="[('id', 'child_of', partner_id)]",
        ondelete="restrict",
        help="The person; empty when it is the customer itself or nobody was reached.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="call")
    outcome_id = fields.Many2one("ar.contact.outcome", required=True, ondelete="restrict")
    note = fields.Html(sanitize=True, sanitize_attributes=True, strip_style=True)
    move_ids = fields.Many2many(
        "account.move", string="Invoices", check_company=True, help="What it was about."
    )
    promise_id = fields.Many2one("ar.promise", readonly=True, ondelete="set null")
    next_action_date = fields.Date("Next action on")
    contacted_at = fields.Datetime("When", required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users", "Collector", required=True, default=lambda self: self.env.uid, index=True
    )

    _partner_idx = models.Index("(partner_id, contacted_at)")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "outcome_id", "contacted_at")
    def _compute_display_name(self):
        for log in self:
            parts = (log.partner_id.display_name, log.outcome_id.name)
            log.display_name = ": ".join(part for part in parts if part)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_log(self, partner, outcome, *, channel="call", **vals):
        """Note a contact with a customer.

        :param res.partner partner: the customer or the person who was spoken to.
        :param str outcome: code of an ``ar.contact.outcome``.
        :param str channel: ``call``, ``mail``, ``letter``, ``visit`` or ``portal``.
        :param vals: further fields, e.g. ``note``, ``move_ids``, ``next_action_date``.
        :return: the contact.
        """
        outcomes = self.env["ar.contact.outcome"].with_context(active_test=False)
        customer = partner.commercial_partner_id
        return self.create(
            {
                "partner_id": customer.id,
                "contact_id": partner.id if partner != customer else False,
                "outcome_id": outcomes.search([("code", "=", outcome)], limit=1).id,
                "channel": channel,
                **vals,
            }
        )
