import binascii

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

SHOWN_STATES = ("offered", "active", "done", "default", "cancelled")
LONGEST_SIGNATURE = 2_000_000


class PlanPortal(CustomerPortal):
    """Customers see a payment plan and accept it with their signature."""

    @route(
        "/my/payment-plans/<int:plan_id>", type="http", auth="public", website=True, methods=["GET"]
    )
    def portal_payment_plan(self, plan_id, access_token=None, **params):
        """Show a plan to its customer, or to who has its link."""
        try:
            plan = self._document_check_access("ar.payment.plan", plan_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if plan.state not in SHOWN_STATES and request.env.user.share:
            return request.redirect("/my")
        values = self._get_page_view_values(
            plan,
            access_token,
            {"page_name": "payment_plan", "plan": plan, "message": params.get("message")},
            "my_payment_plans_history",
            False,
        )
        response = request.render("ar_automation.portal_payment_plan", values)
        response.headers["Cache-Control"] = "no-store"
        return response

    @route("/my/payment-plans/<int:plan_id>/accept", type="jsonrpc", auth="public", website=True)
    def portal_accept_payment_plan(self, plan_id, access_token=None, name=None, signature=None):
        """Accept the plan with a name and a drawn signature."""
        token = access_token or request.httprequest.args.get("access_token")
        try:
            plan = self._document_check_access("ar.payment.plan", plan_id, token)
        except (AccessError, MissingError):
            return {"error": request.env._("This payment plan is not available.")}
        trouble = self._find_trouble(plan, name, signature)
        if trouble:
            return {"error": trouble}
        try:
            with request.env.cr.savepoint():
                plan.ar_accept(name.strip(), signature)
        except UserError as error:
            return {"error": str(error)}
        except (TypeError, ValueError, binascii.Error):
            return {"error": request.env._("The signature could not be read. Draw it once more.")}
        self._tell(plan, name.strip())
        return {
            "force_refresh": True,
            "redirect_url": plan.get_portal_url(query_string="&message=accepted"),
        }

    def _find_trouble(self, plan, name, signature):
        if plan.state != "offered":
            return request.env._("This payment plan cannot be accepted any more.")
        if not isinstance(name, str) or not name.strip():
            return request.env._("Write your name.")
        if not isinstance(signature, str) or not signature:
            return request.env._("Draw your signature.")
        if len(signature) > LONGEST_SIGNATURE:
            return request.env._("The signature is too large. Draw it once more.")
        return ""

    def _tell(self, plan, name):
        author = plan.partner_id if request.env.user._is_public() else request.env.user.partner_id
        plan.message_post(
            author_id=author.id,
            body=request.env._("Payment plan accepted by %s.", name),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
