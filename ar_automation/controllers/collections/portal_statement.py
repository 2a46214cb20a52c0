from odoo import fields
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from ...models.collections.statement_figures import StatementTerms
from ...models.collections.statement_workbook import write_statement_workbook
from .statement_download import CONTENT_TYPES, answer_file

SHOWN = ("sent", "printed")


class StatementPortal(CustomerPortal):
    """Customers read the statements they got, and take a new one as of today."""

    @route(
        ["/my/statements", "/my/statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_statements(self, page=1, **_params):
        """List the customer's own statements."""
        return self._render_statements(page)

    @route("/my/statements/now/<string:form>", type="http", auth="user", website=True)
    def portal_statement_now(self, form, date_from="", date_to="", **_params):
        """The statement of the user's own company: open items, or movements since a day."""
        try:
            terms = self._read_terms(date_from, date_to)
        except ValueError:
            return self._render_statements(
                1, request.env._("These are no days, or they are in the wrong order.")
            )
        if form not in CONTENT_TYPES:
            return request.redirect("/my/statements")
        # sudo: a customer has no rights on journal items; whose they are is decided here
        customer = request.env.user.partner_id.commercial_partner_id.sudo()
        company = request.env.company.sudo()
        if form == "xlsx":
            name = request.env._("Statement of account %s", terms.last)
            content = write_statement_workbook(company, customer, terms)
            return answer_file(f"{name}.xlsx", content, form)
        name, content = customer.ar_render_statement(company, terms.last, first=terms.first)
        return answer_file(name, content, form)

    @route("/my/statements/<int:statement_id>", type="http", auth="public", website=True)
    def portal_statement(self, statement_id, access_token=None, **_params):
        """One statement, as it was sent: for its customer, or who has the link of the mail."""
        try:
            statement = self._document_check_access(
                "ar.account.statement", statement_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        document = statement.attachment_ids.filtered(lambda file: file.name.endswith(".pdf"))[:1]
        if document:
            return answer_file(document.name, document.raw, "pdf")
        report = request.env["ir.actions.report"].sudo().with_company(statement.company_id)
        content, _kind = report._render_qweb_pdf(
            "ar_automation.action_report_account_statement", statement.ids
        )
        return answer_file(f"{statement.display_name}.pdf", content, "pdf")

    # === PRIVATE METHODS ===#

    def _prepare_home_portal_values(self, counters):
        """EXTENDS portal: how many statements there are."""
        values = super()._prepare_home_portal_values(counters)
        if "ar_statement_count" in counters:
            values["ar_statement_count"] = request.env["ar.account.statement"].search_count(
                self._own_statements()
            )
        return values

    def _own_statements(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "=", customer.id), ("state", "in", SHOWN)]

    def _read_terms(self, date_from, date_to):
        """What the form asks for.

        :raises ValueError: days that are none, or in the wrong order.
        """
        last = fields.Date.to_date(date_to or None) or fields.Date.context_today(request.env.user)
        first = fields.Date.to_date(date_from or None)
        if first and first > last:
            raise ValueError(first)
        return StatementTerms(last, first, "movements" if first else "open")

    def _render_statements(self, page, message=""):
        statements = request.env["ar.account.statement"]
        domain = self._own_statements()
        pager = portal_pager(
            url="/my/statements",
            total=statements.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "statements",
            "default_url": "/my/statements",
            "pager": pager,
            "message": message,
            "statements": statements.search(
                domain, limit=self._items_per_page, offset=pager["offset"]
            ),
        }
        return request.render("ar_automation.portal_my_statements", values)
