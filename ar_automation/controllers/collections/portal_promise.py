import datetime

from odoo import fields
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import format_date
from werkzeug.exceptions import NotFound

# Who broke so many promises within a year is asked to get in touch instead.
MOST_BROKEN = 2


class PromisePortal(CustomerPortal):
    """Customers say by when they pay their open invoices."""

    def _prepare_portal_layout_values(self):
        """EXTENDS portal: whether the home page shows the way here."""
        return {
            **super()._prepare_portal_layout_values(),
            "ar_takes_promises": request.env.company.sudo().ar_promise_portal,
        }

    @route("/my/open-items", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_open_items(self, promised="", **_params):
        """Show what the user's own company owes, with what was promised and planned."""
        thanks = request.env._("Thank you. We wait for your payment until then.")
        return self._render_open_items(thanks if promised else "")

    @route("/my/open-items/promise", type="http", auth="user", website=True, methods=["POST"])
    def portal_promise(self, day="", **_params):
        """Take down a promise for the chosen invoices, in full."""
        self._check_promises_taken()
        chosen = request.httprequest.form.getlist("item", type=int)
        items = self._read_items().filtered(lambda item: item.id in chosen)
        trouble = self._find_refusal(items, day)
        if not trouble:
            try:
                self._register(items, fields.Date.to_date(day))
            except UserError as error:
                trouble = str(error)
        if trouble:
            return self._render_open_items(trouble, chosen=items.ids, day=day)
        # shown by another request, so that loading the page anew promises nothing
        return request.redirect("/my/open-items?promised=1")

    def _register(self, items, day):
        promises = request.env["ar.promise"].sudo()
        is_one = len(items.currency_id) == 1
        amount = sum(items.mapped("amount_residual_currency" if is_one else "amount_residual"))
        with request.env.cr.savepoint():
            promises.ar_register(request.env.user.partner_id, day, amount, items, source="portal")

    def _find_refusal(self, items, day):
        """Why the portal does not take this promise; empty when it does."""
        company = request.env.company.sudo()
        if not items:
            return request.env._("Choose at least one invoice.")
        try:
            date = datetime.date.fromisoformat(day)
        except ValueError:
            return request.env._("Choose the day by which you pay.")
        latest = fields.Date.add(self._today(), days=company.ar_promise_portal_days)
        if not self._today() <= date <= latest:
            return request.env._(
                "Choose a day from today until %s, or get in touch with us.",
                format_date(request.env, latest),
            )
        taken = self._read_paused(items)
        if taken:
            return " ".join(dict.fromkeys(taken.values()))
        broken = (
            request.env["ar.promise"]
            .sudo()
            .ar_count_broken(self._customer(), company, self._today())
        )
        if broken.get(self._customer().id, 0) >= MOST_BROKEN:
            return request.env._("Please get in touch with us to agree on a day.")
        return ""

    # --- facts

    def _check_promises_taken(self):
        if not request.env.company.sudo().ar_promise_portal:
            raise NotFound

    def _customer(self):
        # sudo: the user's own company, whatever the request says
        return request.env.user.partner_id.sudo().commercial_partner_id

    def _today(self):
        jobs = request.env["ar.job.collections.promise"].sudo()
        return jobs._job_today(request.env.company.sudo())

    def _read_items(self):
        """What the user's own company owes the company of the portal."""
        return self._customer()._ar_get_open_items(request.env.company.sudo())

    def _read_paused(self, items):
        """``{item id: sentence}`` of those that are promised or planned already."""
        sources = (request.env["ar.promise"].sudo(), request.env["ar.payment.plan"].sudo())
        return {
            item_id: sentence
            for source in sources
            for item_id, (_until, sentence) in source.ar_get_paused(items, self._today()).items()
        }

    def _render_open_items(self, message="", *, chosen=None, day=""):
        """Show the page.

        :param chosen: ids of the items that were chosen in vain; None where nothing failed.
        """
        self._check_promises_taken()
        items = self._read_items()
        company = request.env.company.sudo()
        plans = (
            request.env["ar.payment.plan"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self._customer().id),
                    ("company_id", "=", company.id),
                    ("state", "in", ("offered", "active", "done", "default")),
                ]
            )
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "open_items",
            "items": items,
            "totals": [
                (currency, sum(group.mapped("amount_residual_currency")))
                for currency, group in items.grouped("currency_id").items()
            ],
            "paused": self._read_paused(items),
            "plans": plans,
            "today": self._today(),
            "latest": fields.Date.add(self._today(), days=company.ar_promise_portal_days),
            "message": message,
            "failed": chosen is not None,
            "chosen": chosen or [],
            "day": day,
        }
        response = request.render("ar_automation.portal_my_open_items", values)
        response.headers["Cache-Control"] = "no-store"
        return response
