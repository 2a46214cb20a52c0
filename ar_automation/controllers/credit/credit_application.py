"""The form with which a company applies for credit: by a link, or from its own portal page."""

import secrets
import time
from datetime import timedelta

import stdnum.eu.vat
from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request
from odoo.tools.misc import hash_sign, verify_hash_signed
from werkzeug.exceptions import NotFound

from ...banking.connectors.credit.vies import split_number
from ...engine.credit.application import (
    MAX_FILE_BYTES,
    MAX_FILES,
    check_form,
    clean_filename,
    kind_of_file,
)

# Nobody fills it in so quickly; programs do.
LEAST_SECONDS = 3
SCOPE = "ar_credit_application"
MAX_BODY = (MAX_FILES + 1) * MAX_FILE_BYTES
# People do not see this field; programs fill in whatever they find.
TRAP = "homepage"
# What can be wrong, from top to bottom: the page opens at the first of them.
ON_PAGE = (
    *("name", "street", "zip", "city", "country", "registration", "vat"),
    *("contact_name", "email", "phone", "requested_limit", "message", "files", "consent"),
)
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
}


class CreditApplicationController(http.Controller):
    """Shows the form and takes it in. Nothing is stored before everything was checked."""

    @http.route(
        "/credit/apply/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        max_content_length=MAX_BODY,
    )
    def apply_by_link(self, token, **values):
        """The form behind a link that the company hands out."""
        policy = request.env["ar.credit.policy"].ar_find_by_token(token)
        if not policy:
            raise NotFound
        return self._serve(policy, values)

    @http.route(
        "/my/credit/apply",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        max_content_length=MAX_BODY,
    )
    def apply_as_customer(self, **values):
        """The form for portal users; it is their own company that applies."""
        partner = request.env.user.partner_id.sudo().commercial_partner_id
        policies = request.env["ar.credit.policy"].ar_get_policies(partner, request.env.company)
        policy = policies[partner.id].sudo()
        if not policy.accept_applications:
            raise NotFound
        return self._serve(policy, values)

    # === PRIVATE METHODS ===#

    def _serve(self, policy, values):
        if request.httprequest.method == "GET":
            return self._show(policy, self._prepare_known(), {})
        if not request.env["ar.credit.attempt"].ar_count_in(request.httprequest.remote_addr):
            trouble = request.env._("That was very often. Please try again in an hour.")
            return self._show(policy, values, {"form": trouble}, status=429)
        stamp = self._read_stamp(values.get("stamp", ""))
        if stamp is None:
            trouble = request.env._("This page was open for too long. Please send it once more.")
            return self._show(policy, values, {"form": trouble}, status=422)
        nonce, shown_at = stamp
        if values.get(TRAP) or time.time() - shown_at < LEAST_SECONDS:
            # A program: it is told the same as everybody, so that it learns nothing.
            return self._thank(policy)
        return self._take(policy, values, nonce)

    def _take(self, policy, values, nonce):
        texts = {name: value for name, value in values.items() if isinstance(value, str)}
        form, problems = check_form(texts)
        errors = {name: self._say(name, problem) for name, problem in problems.items()}
        files = self._read_files(errors)
        self._check_country(form, errors)
        check = request.env["ar.vat.check"].sudo()
        if not errors and form.vat:
            check = self._check_vat(policy, form, errors)
        if errors:
            return self._show(policy, texts, errors, status=422)
        origin = {
            "nonce": nonce,
            "lang": request.env.lang,
            "ip": request.httprequest.remote_addr,
            "consent_text": self._consent_text(policy),
            "partner": self._own_partner(),
            "vat_check": check,
        }
        received = request.env["ar.credit.applicant"].ar_receive(policy, form, files, origin)
        if not received:
            trouble = request.env._("Today no more applications are taken. Please try tomorrow.")
            return self._show(policy, texts, {"form": trouble}, status=429)
        return self._thank(policy)

    def _own_partner(self):
        user = request.env.user
        partners = request.env["res.partner"].sudo()
        return partners if user._is_public() else user.partner_id.sudo().commercial_partner_id

    def _prepare_known(self):
        """What a portal user need not type again."""
        user = request.env.user
        if user._is_public():
            return {}
        partner = user.partner_id.sudo().commercial_partner_id
        known = {name: partner[name] or "" for name in ("name", "street", "zip", "city", "vat")}
        return {
            **known,
            "contact_name": user.partner_id.name or "",
            "email": user.partner_id.sudo().email or "",
            "phone": user.partner_id.sudo().phone or "",
            "country": partner.country_id.code or "",
        }

    def _read_files(self, errors):
        """Return the attached files; say what is wrong with one of them."""
        sent = [each for each in request.httprequest.files.getlist("files") if each.filename]
        if len(sent) > MAX_FILES:
            errors["files"] = request.env._("Attach up to %s files.", MAX_FILES)
            return []
        files = []
        for each in sent:
            name = clean_filename(each.filename)
            content = each.read(MAX_FILE_BYTES + 1)
            kind = kind_of_file(name, content)
            if len(content) > MAX_FILE_BYTES:
                errors["files"] = request.env._("%s is larger than 5 MB.", name)
            elif not kind:
                errors["files"] = request.env._("%s is no PDF, PNG or JPEG file.", name)
            files.append((name, kind, content))
        return files

    def _check_country(self, form, errors):
        countries = request.env["res.country"].sudo()
        if "country" not in errors and not countries.search_count([("code", "=", form.country)]):
            errors["country"] = self._say("country", "invalid")

    def _check_vat(self, policy, form, errors):
        """Check form and digits here, then ask the register; its silence is no refusal."""
        checks = request.env["ar.vat.check"].sudo()
        country = request.env["res.country"].sudo().search([("code", "=", form.country)], limit=1)
        prefix = "EL" if form.country == "GR" else form.country
        full = form.vat if form.vat[:2].isalpha() else f"{prefix}{form.vat}"
        try:
            # With Odoo's VAT addon installed this knows the numbers of the whole world.
            request.env["res.partner"].sudo()._run_vat_checks(country, form.vat)
            is_well_formed = split_number(full) is None or stdnum.eu.vat.is_valid(full)
        except ValidationError:
            is_well_formed = False
        if not is_well_formed:
            errors["vat"] = request.env._("This is no valid VAT number of the country.")
            return checks
        if not policy.check_vat_online or split_number(full) is None:
            return checks
        check = checks.ar_check_number(full, policy.company_id)
        if check.state == "invalid":
            errors["vat"] = request.env._("The VAT register does not know this number.")
        return check

    def _say(self, name, problem):
        if problem == "missing" and name == "consent":
            return request.env._("Without your consent we may not check your application.")
        words = {
            "missing": request.env._("Please fill this in."),
            "invalid": self._say_form(name),
            "too_long": request.env._("This is too long."),
        }
        return words[problem]

    def _say_form(self, name):
        """In which form something is to be written."""
        words = {
            "requested_limit": request.env._(
                "Digits only, please, without currency and thousands separators: 12000 or 12000.50."
            ),
            "email": request.env._("One e-mail address, please, such as name@company.com."),
            "phone": request.env._("Digits, please, such as +49 40 1234567."),
        }
        return words.get(name) or request.env._("This cannot be right. Please check it.")

    def _consent_text(self, policy):
        return request.env._(
            "We agree that %(company)s stores and uses these data to decide on our application, "
            "asks the trade references that we name, and obtains information from credit "
            "agencies.",
            company=policy.company_id.name,
        )

    def _show(self, policy, values, errors, status=200):
        company = policy.company_id
        response = request.render(
            "ar_automation.credit_application_form",
            {
                "res_company": company,
                "policy": policy,
                "values": {name: text for name, text in values.items() if isinstance(text, str)},
                "errors": errors,
                "first_error": next((name for name in ON_PAGE if name in errors), None),
                "stamp": self._make_stamp(),
                "trap": TRAP,
                "countries": request.env["res.country"].sudo().search([]),
                "terms": request.env["ar.credit.applicant"].sudo()._get_offered_terms(company),
                "consent_text": self._consent_text(policy),
                "page_name": "credit_application",
                "no_breadcrumbs": request.env.user._is_public(),
            },
            status=status,
        )
        response.headers.update(PRIVATE)
        return response

    def _thank(self, policy):
        response = request.render(
            "ar_automation.credit_application_thanks",
            {
                "res_company": policy.company_id,
                "page_name": "credit_application",
                "no_breadcrumbs": request.env.user._is_public(),
            },
        )
        response.headers.update(PRIVATE)
        return response

    def _make_stamp(self):
        """A signed note of when the page was shown, good for one form."""
        content = [secrets.token_hex(16), int(time.time())]
        return hash_sign(request.env(su=True), SCOPE, content, expiration=timedelta(hours=12))

    def _read_stamp(self, text):
        """``[nonce, time]`` of a stamp of ours; None if it is none, or too old."""
        try:
            return verify_hash_signed(request.env(su=True), SCOPE, text)
        except (ValueError, IndexError):  # altered: not even readable
            return None
