from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...exceptions import ArError
from .ar_credit_bureau import raise_to_user

GROUPS = (
    "ar_automation.ar_automation_group_collector,ar_automation.ar_automation_group_credit_manager,"
    "ar_automation.ar_automation_group_auditor,account.group_account_invoice"
)


class ResPartner(models.Model):
    """What outsiders know about a customer: ratings and the VAT register."""

    _inherit = "res.partner"

    ar_rating_ids = fields.One2many("ar.credit.rating", "partner_id", "Ratings", groups=GROUPS)
    ar_rating_id = fields.Many2one(
        "ar.credit.rating",
        "Rating",
        compute="_compute_ar_rating_id",
        groups=GROUPS,
        help="The newest rating of the current company that is still valid.",
    )
    ar_vat_check_ids = fields.One2many("ar.vat.check", "partner_id", "VAT checks", groups=GROUPS)
    ar_vat_check_id = fields.Many2one(
        "ar.vat.check",
        "VAT register",
        compute="_compute_ar_vat_check_id",
        groups=GROUPS,
        help="The newest answer of the register about the VAT number as it is now.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_rating_ids.rated_on", "ar_rating_ids.valid_until")
    @api.depends_context("company")
    def _compute_ar_rating_id(self):
        newest = self.env["ar.credit.rating"].ar_get_ratings(self._origin)
        for partner in self:
            partner.ar_rating_id = newest.get(partner._origin.id, False)

    @api.depends("vat", "ar_vat_check_ids")
    @api.depends_context("company")
    def _compute_ar_vat_check_id(self):
        # sudo: the answers of the own company only, as the rule says
        checks = (
            self.env["ar.vat.check"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._origin.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        for partner in self:
            own = checks.filtered(
                lambda check, partner=partner: (
                    check.partner_id == partner._origin
                    and _letters(check.number) == _letters(partner.vat)
                )
            )
            partner.ar_vat_check_id = own[:1].sudo(self.env.su)

    # === ACTION METHODS ===#

    def action_ar_refresh_rating(self):
        """Order a new rating from the company's first credit bureau."""
        self.ensure_one()
        bureau = self.env["ar.credit.bureau"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        if not bureau:
            raise UserError(
                self.env._(
                    "No credit bureau is set up in %s. An administrator sets one up under "
                    "Receivables, Credit, Credit rules, Credit bureaus. You can enter a rating by "
                    "hand.",
                    self.env.company.name,
                )
            )
        try:
            rating = bureau.ar_rate(self)
        except ArError as error:
            raise_to_user(error)
        return rating._get_records_action(target="new")

    def action_ar_check_vat(self):
        """Ask the VAT register about the customer's number."""
        self.ensure_one()
        if not self.env["ar.vat.check"].has_access("read"):
            raise AccessError(self.env._("Only people of receivables ask the VAT register."))
        if not self.vat:
            raise UserError(self.env._("%s has no VAT number. Fill it in first.", self.name))
        check = self.env["ar.vat.check"].ar_check_number(
            self._ar_full_vat(), self.env.company, self
        )
        return check._get_records_action(target="new")

    # === HOOKS ===#

    def _ar_get_unrated_ids(self, company):
        """EXTENDS credit: a bureau rates them, the rating ran out, and none came in time."""
        today = fields.Date.context_today(self)
        watches = (
            self.env["ar.credit.watch"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", self.ids),
                    ("bureau_id.active", "=", True),
                    ("refresh_date", "<", today),
                ]
            )
        )
        rated = self.env["ar.credit.rating"].ar_get_ratings(watches.partner_id, today, company)
        return super()._ar_get_unrated_ids(company) | (set(watches.partner_id.ids) - rated.keys())

    # === PRIVATE METHODS ===#

    def _ar_full_vat(self):
        """The VAT number with the letters of its country, which people leave out at home."""
        number = (self.vat or "").strip()
        code = self.commercial_partner_id.country_id.code or ""
        return number if number[:2].isalpha() or not code else f"{code}{number}"


def _letters(number):
    """A VAT number without what people put between, its country's letters or not."""
    compact = "".join(filter(str.isalnum, number or "")).upper()
    return compact[2:] if compact[:2].isalpha() else compact
