import secrets

from odoo import api, fields, models

MANAGERS = "ar_automation.ar_automation_group_credit_manager"


class ArCreditPolicy(models.Model):
    """What customers and those who want to become one see on the web."""

    _inherit = "ar.credit.policy"

    show_on_portal = fields.Boolean(
        "Customers see their credit",
        tracking=True,
        help="Portal users find their own limit, what of it is used and what is available under "
        "Your credit. They never see another customer's, nor score, ratings or reasons.",
    )
    accept_applications = fields.Boolean(
        "Accept applications",
        tracking=True,
        help="Companies apply for credit with a form on the web: by the link below without a "
        "login, portal users from their own page. Nobody becomes a customer by it: you decide.",
    )
    check_vat_online = fields.Boolean(
        "Check VAT numbers with VIES",
        default=True,
        tracking=True,
        help="Numbers in applications from the European Union are checked with its register. If "
        "that does not answer, the application lands with the number to be verified.",
    )
    application_token = fields.Char(groups=MANAGERS, copy=False, readonly=True)
    application_url = fields.Char(
        "Link to the form",
        compute="_compute_application_url",
        groups=MANAGERS,
        help="Whoever knows the link can apply. A new link makes the old one useless.",
    )

    _application_token_unique = models.UniqueIndex(
        "(application_token) WHERE application_token IS NOT NULL",
        "A link to the form belongs to one policy.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("application_token", "accept_applications")
    def _compute_application_url(self):
        for policy in self:
            token = policy.application_token if policy.accept_applications else ""
            base = policy.company_id.get_base_url()
            policy.application_url = f"{base}/credit/apply/{token}" if token else ""

    # === ACTION METHODS ===#

    def action_new_application_link(self):
        """Make a new link to the form; the old one no longer works."""
        self.ensure_one()
        self.check_access("write")
        self.application_token = secrets.token_urlsafe(24)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_find_by_token(self, token):
        """The policy that a link belongs to and that accepts applications; empty if none."""
        if not token or len(token) > 64:
            return self.browse()
        return self.sudo().search(
            [("application_token", "=", token), ("accept_applications", "=", True)], limit=1
        )
