from datetime import timedelta

from odoo import fields
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.http import request, route

from ...banking.remittance.reader import MAX_BYTES

# A customer with more advices than this in a day is not one.
MOST_PER_DAY = 50


class RemittancePortal(CustomerPortal):
    """Customers upload remittance advices and see what became of them."""

    @route(
        ["/my/remittances", "/my/remittances/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_remittances(self, page=1, **_params):
        """List the customer's own advices."""
        return self._render_remittances(page)

    @route("/my/remittances/upload", type="http", auth="user", methods=["POST"], website=True)
    def portal_upload_remittance(self, advice=None, **_params):
        """Take in one file; the customer is the user's own company, whatever the form says."""
        partner = request.env.user.partner_id.commercial_partner_id
        content = advice.read(MAX_BYTES + 1) if hasattr(advice, "read") else b""
        trouble = self._refusal(partner, content)
        if trouble:
            return self._render_remittances(1, trouble, failed=True)
        remittance = (
            request.env["ar.remittance"]
            .sudo()
            .ar_receive(
                request.env.company, partner, content, (advice.filename or "")[:100], "portal"
            )
        )
        if remittance.state == "ready":
            message = request.env._("Thank you. %s waits for your payment.", remittance.name)
        else:
            message = request.env._(
                "Thank you. We look at %(name)s: %(reason)s",
                name=remittance.name,
                reason=remittance.reason,
            )
        return self._render_remittances(1, message)

    def _refusal(self, partner, content):
        if not content:
            return request.env._("The file is empty. Choose another one.")
        if len(content) > MAX_BYTES:
            return request.env._("The file is larger than 5 MB. Split it.")
        sent = (
            request.env["ar.remittance"]
            .sudo()
            .search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("source", "=", "portal"),
                    ("received_at", ">", fields.Datetime.now() - timedelta(days=1)),
                ]
            )
        )
        if sent >= MOST_PER_DAY:
            return request.env._("That was enough for today. Send the rest tomorrow.")
        return ""

    def _render_remittances(self, page, message="", *, failed=False):
        remittances = request.env["ar.remittance"]
        domain = [("partner_id", "child_of", request.env.user.partner_id.commercial_partner_id.ids)]
        pager = portal_pager(
            url="/my/remittances",
            total=remittances.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "remittances",
            "default_url": "/my/remittances",
            "pager": pager,
            "message": message,
            "failed": failed,
            "remittances": remittances.search(
                domain, limit=self._items_per_page, offset=pager["offset"]
            ),
        }
        return request.render("ar_automation.portal_my_remittances", values)
