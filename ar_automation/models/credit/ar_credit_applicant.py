from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .exposure_query import to_decimal

# What a credit manager enters; everything else is the applicant's.
EDITABLE = {
    "active",
    "partner_id",
    "approved_limit",
    "approved_term_id",
    "decision_reason",
    "reference_ids",
}
STATES = [("received", "To decide"), ("approved", "Approved"), ("rejected", "Rejected")]


class ArCreditApplicant(models.Model):
    """Somebody who asks to buy on credit: what they told us, what we found out, what was decided.

    Named *applicant* since ``ar.credit.application`` is the applying of credit balances. Nothing
    here is a customer before a credit manager approves.
    """

    _name = "ar.credit.applicant"
    _description = "Credit application"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "received_at desc, id desc"
    _check_company_auto = True

    name = fields.Char("Company", required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="received",
        readonly=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    company_id = fields.Many2one("res.company", "For", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    received_at = fields.Datetime(
        "Received", required=True, readonly=True, default=fields.Datetime.now
    )
    form_nonce = fields.Char(readonly=True, copy=False, groups="base.group_system")
    lang = fields.Char("Language", readonly=True)
    contact_name = fields.Char("Contact", readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    street = fields.Char(readonly=True)
    zip = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    registration = fields.Char("Registration number", readonly=True)
    vat = fields.Char("VAT number", readonly=True)
    vat_check_id = fields.Many2one("ar.vat.check", "VAT register", readonly=True)
    vat_state = fields.Selection(related="vat_check_id.state", string="VAT number is")
    requested_limit = fields.Monetary("Requested limit", readonly=True)
    requested_term_id = fields.Many2one("account.payment.term", "Requested terms", readonly=True)
    message = fields.Text(readonly=True)
    reference_ids = fields.One2many(
        "ar.credit.applicant.reference", "applicant_id", "Trade references"
    )
    consent_text = fields.Text("Consented to", readonly=True)
    consent_at = fields.Datetime("Consented at", readonly=True)
    consent_ip = fields.Char("Consented from", readonly=True)
    findings = fields.Text(
        "What we know", readonly=True, help="Put together when the application arrived."
    )
    similar_partner_ids = fields.Many2many(
        "res.partner", string="Perhaps known as", compute="_compute_similar_partner_ids"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        tracking=True,
        domain="[('parent_id', '=', False)]",
        help="Choose the customer if it is one already; else one is created by the approval.",
    )
    approved_limit = fields.Monetary(
        "Approved limit",
        tracking=True,
        help="What the customer may owe. Starts as what was requested.",
    )
    approved_term_id = fields.Many2one(
        "account.payment.term", "Approved terms", tracking=True, check_company=True
    )
    decision_reason = fields.Text(
        "Reason", tracking=True, help="The applicant reads it in the mail with the decision."
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)

    _limits_positive = models.Constraint(
        "CHECK (requested_limit > 0 AND approved_limit >= 0)",
        "A requested limit is larger than zero, an approved one not negative.",
    )
    _nonce_unique = models.UniqueIndex(
        "(form_nonce) WHERE form_nonce IS NOT NULL", "This form was sent already."
    )

    # === COMPUTE METHODS ===#

    @api.depends("vat", "email", "name")
    def _compute_similar_partner_ids(self):
        for applicant in self:
            applicant.similar_partner_ids = applicant._find_similar()

    # === CRUD METHODS ===#

    def write(self, vals):
        """What the applicant told stays as it was; what was decided stays decided."""
        if not self.env.su:
            told = {
                name for name in vals.keys() - EDITABLE if not name.startswith(("message_", "acti"))
            }
            if told or (vals.keys() != {"active"} and set(self.mapped("state")) - {"received"}):
                raise UserError(
                    self.env._(
                        "What an applicant told us and what was decided is not changed afterwards."
                    )
                )
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_approve(self):
        """Make the applicant a customer with limit and terms, and tell it.

        The approval matrix says who approves such a limit, and whether a second person has to.
        """
        self.ensure_one()
        if self.approved_limit <= 0:
            raise UserError(
                self.env._("Enter the limit that %s is approved for, or reject it.", self.name)
            )
        if not self._is_approved_finally():
            return
        self._decide("approved")
        # sudo: who decides on credit may not create customers otherwise
        applicant = self.sudo()
        partner = applicant.partner_id or applicant._create_customer()
        applicant.partner_id = partner.commercial_partner_id
        self._grant()
        self._audit("approved")
        self._send("ar_automation.mail_template_credit_approved")

    def action_reject(self):
        """Reject, and tell the applicant why."""
        for applicant in self:
            if not (applicant.decision_reason or "").strip():
                raise UserError(
                    self.env._("Say why %s is rejected; it will read the reason.", applicant.name)
                )
            applicant._decide("rejected")
            applicant._audit("rejected")
            applicant._send("ar_automation.mail_template_credit_rejected")

    def action_check_vat(self):
        """Ask the VAT register (again)."""
        self.ensure_one()
        self.check_access("write")
        if not self.vat:
            raise UserError(self.env._("%s gave no VAT number.", self.name))
        check = self.env["ar.vat.check"].ar_check_number(self.vat, self.company_id, self.partner_id)
        self.sudo().vat_check_id = check

    # === PRIVATE METHODS ===#

    def _decide(self, target):
        """The one way from *to decide* to a decision."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "received":
            raise UserError(
                self.env._("%s was decided already. Ask for a new application.", self.name)
            )
        # sudo: state and decider are read-only, whoever decides
        self.sudo().write(
            {
                "state": target,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_feedback(["ar_automation.mail_activity_type_credit_applicant"])

    def _create_customer(self):
        """Create the customer and its contact."""
        address = {name: self[name] for name in ("street", "zip", "city")}
        lang = self.lang if self.lang in dict(self.env["res.lang"].get_installed()) else False
        customer = self.env["res.partner"].create(
            {
                **address,
                "name": self.name,
                "is_company": True,
                "country_id": self.country_id.id,
                "vat": self.vat,
                "company_registry": self.registration,
                "email": self.email,
                "phone": self.phone,
                "lang": lang,
            }
        )
        if self.contact_name:
            self.env["res.partner"].create(
                {
                    "parent_id": customer.id,
                    "name": self.contact_name,
                    "email": self.email,
                    "lang": lang,
                }
            )
        return customer

    def _grant(self):
        """Give the customer what was approved."""
        # sudo: terms and limit follow from the decision, which was the credit manager's
        applicant = self.sudo()
        partner = applicant.partner_id.with_company(self.company_id)
        applicant.env["ar.credit.limit"].with_company(self.company_id).create(
            {
                "partner_id": partner.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.approved_limit,
                "reason": self.env._(
                    "Credit application of %(name)s. %(reason)s",
                    name=self.name,
                    reason=self.decision_reason or "",
                ).strip(),
            }
        )
        if self.approved_term_id:
            partner.property_payment_term_id = self.approved_term_id

    def _send(self, template):
        """Queue the mail with the decision, in the applicant's language."""
        # sudo: the template reads what a credit manager may not (mail servers)
        self.env.ref(template).sudo().send_mail(self.id, force_send=False)

    def _audit(self, target):
        limit = formatLang(self.env, self.approved_limit, currency_obj=self.currency_id)
        decisions = {
            "approved": self.env._("approved with a limit of %s", limit),
            "rejected": self.env._("rejected: %s", self.decision_reason),
        }
        # sudo: the trail is written by the app alone
        self.env["ar.audit.event"].sudo().ar_append(
            self.company_id,
            [
                {
                    "code": f"credit.application_{target}",
                    "summary": self.env._(
                        "Credit application of %(name)s %(decision)s",
                        name=self.name,
                        decision=decisions[target],
                    ),
                    "record": self,
                    "details": {
                        "requested_limit": str(to_decimal(self.currency_id, self.requested_limit)),
                        "approved_limit": str(to_decimal(self.currency_id, self.approved_limit)),
                        "customer": self.partner_id.id,
                    },
                }
            ],
        )

    def _find_similar(self):
        """Customers with the same VAT number, mail address or name."""
        self.ensure_one()
        known = [("vat", "=", self.vat), ("email_normalized", "=", (self.email or "").lower())]
        domain = [*(term for term in known if term[2]), ("name", "=ilike", _literal(self.name))]
        partners = self.env["res.partner"].search(["|"] * (len(domain) - 1) + domain, limit=10)
        return partners.commercial_partner_id


def _literal(text):
    """A text for ``=ilike`` that stands for itself."""
    return (text or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
