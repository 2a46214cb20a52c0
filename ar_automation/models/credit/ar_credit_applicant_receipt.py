from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.tools import formatLang

# More in a day, and it is no longer customers who apply.
MOST_PER_DAY = 200


class ArCreditApplicant(models.Model):
    """How an application arrives, and what is put together about it for whoever decides."""

    _inherit = "ar.credit.applicant"

    review_id = fields.Many2one(
        "ar.credit.review",
        "Credit review",
        readonly=True,
        copy=False,
        help="Of an applicant that is a customer already: made when the application arrived.",
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_receive(self, policy, form, files, origin):
        """Store an application that was checked, once; call the one who decides.

        :param ar.credit.policy policy: which accepts it.
        :param ApplicationForm form: what was filled in (``engine.credit.application``).
        :param files: ``[(name, media type, content)]``.
        :param dict origin: ``nonce`` of the form, ``lang``, ``ip``, ``consent_text``,
            ``partner`` (of a portal user, else empty) and ``vat_check``.
        :return: the new record, or the one that the same form led to before; an empty one
            when the company has received too many today.
        """
        # The superuser receives it: what the web's public user created could be shown to nobody
        # who may not see that user.
        # What is noted is read by our people, whatever language the applicant reads.
        applicants = (
            self.with_user(SUPERUSER_ID)
            .with_company(policy.company_id)
            .with_context(lang=policy.company_id.partner_id.lang)
        )
        known = applicants.with_context(active_test=False).search(
            [("form_nonce", "=", origin["nonce"])], limit=1
        )
        if known or not applicants._has_room(policy.company_id):
            return known
        applicant = applicants.create(self._prepare_vals(policy, form, origin))
        applicant._attach(files)
        applicant._review()
        applicant.findings = "\n".join(applicant._find_out())
        applicant._open_request()
        applicant._call_approver(policy)
        applicant._send("ar_automation.mail_template_credit_received")
        return applicant

    # === PRIVATE METHODS ===#

    def _has_room(self, company):
        since = fields.Datetime.now() - timedelta(days=1)
        return (
            self.with_context(active_test=False).search_count(
                [("company_id", "=", company.id), ("received_at", ">", since)]
            )
            < MOST_PER_DAY
        )

    def _prepare_vals(self, policy, form, origin):
        told = (
            *("name", "contact_name", "email", "phone", "street", "zip", "city"),
            *("registration", "vat", "message"),
        )
        country = self.env["res.country"].sudo().search([("code", "=", form.country)], limit=1)
        return {
            **{name: getattr(form, name) for name in told},
            "company_id": policy.company_id.id,
            "country_id": country.id,
            "requested_limit": float(form.requested_limit),
            "approved_limit": float(form.requested_limit),
            "requested_term_id": self._get_term(form.terms, policy.company_id).id,
            "approved_term_id": self._get_term(form.terms, policy.company_id).id,
            "reference_ids": [
                Command.create({"company": each.company, "contact": each.contact})
                for each in form.references
            ],
            "form_nonce": origin["nonce"],
            "lang": origin["lang"],
            "partner_id": origin["partner"].id,
            "vat_check_id": origin["vat_check"].id,
            "consent_text": origin["consent_text"],
            "consent_at": fields.Datetime.now(),
            "consent_ip": origin["ip"],
        }

    @api.model
    def _get_term(self, identifier, company):
        """The terms that a form names; empty if the company does not offer them."""
        terms = self._get_offered_terms(company)
        return terms.filtered(lambda term: str(term.id) == identifier)

    @api.model
    def _get_offered_terms(self, company):
        """The payment terms that may be asked for."""
        return (
            self.env["account.payment.term"]
            .sudo()
            .search([("company_id", "in", (False, company.id))], limit=30)
        )

    def _attach(self, files):
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "mimetype": kind,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, kind, content in files
            ]
        )

    def _find_out(self):
        """What is known about the applicant, one sentence each; extend it with other sources."""
        return [
            *self._find_out_vat(),
            *self._find_out_customer(),
            *self._find_out_references(),
            *self._find_out_start(),
        ]

    def _find_out_vat(self):
        check = self.vat_check_id
        if not check:
            return [self.env._("No VAT number was checked.")]
        if check.state != "valid":
            return [
                self.env._(
                    "VAT number %(number)s is to be verified: %(reason)s",
                    number=check.number,
                    reason=check.reason or "",
                )
            ]
        return [
            self.env._(
                "VAT number %(number)s is valid and belongs to %(name)s.",
                number=check.number,
                name=check.name or self.env._("a company that the register does not name"),
            )
        ]

    def _find_out_customer(self):
        if self.partner_id:
            company = self.company_id
            owed = self.env["res.partner"].ar_get_exposure(self.partner_id, company)
            figures = owed[self.partner_id.id]
            values = {
                name: formatLang(self.env, figures[name], currency_obj=company.currency_id)
                for name in ("total", "overdue")
            }
            return [
                self.env._(
                    "A customer already, sent by its own portal user; owes %(total)s, of which "
                    "%(overdue)s is overdue.",
                    **values,
                )
            ]
        names = ", ".join(self.similar_partner_ids.mapped("display_name"))
        if names:
            return [self.env._("Perhaps known already: %s.", names)]
        return [self.env._("Nobody known has this VAT number, mail address or name.")]

    def _find_out_references(self):
        count = len(self.reference_ids)
        if not count:
            return [self.env._("No trade references were given.")]
        return [self.env._("Trade references to be asked: %s.", count)]

    def _find_out_start(self):
        """How a customer without history is treated, where that is what the applicant will be."""
        card = self.env["ar.credit.scorecard"].ar_get_policy(self.company_id).sudo()
        if self.partner_id or not card.start_limit:
            return []
        return [
            self.env._(
                "A customer without history starts in class %(code)s with a limit of %(limit)s.",
                code=card.start_class,
                limit=formatLang(
                    self.env, card.start_limit, currency_obj=self.company_id.currency_id
                ),
            )
        ]

    def _review(self):
        """Prepare the review of an applicant that is a customer already."""
        if self.partner_id:
            customer = self.partner_id.commercial_partner_id
            reviews = self.env["ar.credit.review"].with_company(self.company_id)
            self.review_id = reviews.ar_review(customer, reasons={customer.id: "application"})

    def _call_approver(self, policy):
        matrix = self.env["ar.credit.approval"]._get_matrix(self.company_id, "limit")
        self._call(self._get_approver() if matrix else policy.sudo()._get_responsible())

    def _call(self, user):
        if user:
            self.activity_schedule(
                "ar_automation.mail_activity_type_credit_applicant",
                user_id=user.id,
                summary=self.env._("Decide on the credit application"),
            )
