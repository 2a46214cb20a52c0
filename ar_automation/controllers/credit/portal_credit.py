from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request, route
from werkzeug.exceptions import NotFound

COMPONENTS = ("open", "overdue", "draft", "orders", "credit")


class CreditPortal(CustomerPortal):
    """A customer sees its own limit, and what of it is used, where the policy allows it."""

    def _prepare_portal_layout_values(self):
        """EXTENDS portal: whether the home page shows the way here."""
        policy = self._ar_credit_policy()
        return {
            **super()._prepare_portal_layout_values(),
            "ar_shows_credit": policy.show_on_portal,
            "ar_accepts_applications": policy.accept_applications,
        }

    @route("/my/credit", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_credit(self, **_params):
        """Show the limit and the exposure of the user's own company, whatever is asked for."""
        if not self._ar_credit_policy().show_on_portal:
            raise NotFound
        # sudo: portal users read no orders and items of their colleagues; the figures are of
        # their own commercial partner
        company = request.env.company.sudo()
        partner = request.env.user.partner_id.sudo().commercial_partner_id.with_company(company)
        figures = partner.ar_get_exposure(partner, company)[partner.id]
        limit = partner.ar_credit_limit if company.account_use_credit_limit else 0.0
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "credit",
            "company": company,
            "customer": partner,
            "currency": company.currency_id,
            "limit": limit,
            "figures": {name: figures[name] for name in COMPONENTS},
            "total": figures["total"],
            "available": max(limit - figures["total"], 0.0),
            "share": min(max(figures["total"] / limit * 100, 0), 100) if limit else 0,
            "applications": request.env["ar.credit.applicant"]
            .sudo()
            .search(
                [("partner_id", "=", partner.id), ("company_id", "=", company.id)],
                limit=self._items_per_page,
            ),
        }
        response = request.render("ar_automation.portal_my_credit", values)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _ar_credit_policy(self):
        """The policy that holds for the user's own company."""
        partner = request.env.user.partner_id.sudo().commercial_partner_id
        policies = request.env["ar.credit.policy"].ar_get_policies(partner, request.env.company)
        return policies[partner.id].sudo()
