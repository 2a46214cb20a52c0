from odoo import api, fields, models

from .res_partner import READERS

JUDGED_STATES = ("kept", "partly", "broken")


class ResPartner(models.Model):
    """Promises, plans and contacts of a customer."""

    _inherit = "res.partner"

    ar_promise_count = fields.Integer("Promises", compute="_compute_ar_promises", groups=READERS)
    ar_promise_kept_share = fields.Integer(
        "Promises kept (%)",
        compute="_compute_ar_promises",
        groups=READERS,
        help="Of the promises that were judged in the current company, how many were kept.",
    )
    ar_open_promise_id = fields.Many2one(
        "ar.promise", "Next promise", compute="_compute_ar_promises", groups=READERS
    )
    ar_payment_plan_count = fields.Integer(
        "Payment plans", compute="_compute_ar_contacts", groups=READERS
    )
    ar_contact_log_count = fields.Integer(
        "Contacts with the customer", compute="_compute_ar_contacts", groups=READERS
    )
    ar_reply_count = fields.Integer("Answers to do", compute="_compute_ar_contacts", groups=READERS)

    # === COMPUTE METHODS ===#

    @api.depends_context("company")
    def _compute_ar_promises(self):
        customers = self.commercial_partner_id
        rows = self.env["ar.promise"]._read_group(
            [("company_id", "=", self.env.company.id), ("partner_id", "in", customers.ids)],
            ["partner_id", "state"],
            ["__count"],
        )
        counts = {(partner.id, state): count for partner, state, count in rows}
        promises = self.env["ar.promise"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", customers.ids),
                ("state", "=", "open"),
            ],
            order="date desc",
        )
        soonest = {promise.partner_id.id: promise for promise in promises}
        for partner in self:
            customer = partner.commercial_partner_id.id
            judged = sum(counts.get((customer, state), 0) for state in JUDGED_STATES)
            kept = counts.get((customer, "kept"), 0)
            partner.ar_promise_count = sum(
                count for (owner, _state), count in counts.items() if owner == customer
            )
            partner.ar_promise_kept_share = round(100 * kept / judged) if judged else 0
            partner.ar_open_promise_id = soonest.get(customer, self.env["ar.promise"])

    @api.depends_context("company")
    def _compute_ar_contacts(self):
        customers = self.commercial_partner_id
        scope = [("company_id", "=", self.env.company.id), ("partner_id", "in", customers.ids)]
        for name, model, more in (
            ("ar_payment_plan_count", "ar.payment.plan", []),
            ("ar_contact_log_count", "ar.contact.log", []),
            ("ar_reply_count", "ar.collection.reply", [("state", "=", "new")]),
        ):
            rows = self.env[model]._read_group([*scope, *more], ["partner_id"], ["__count"])
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                partner[name] = counts.get(partner.commercial_partner_id.id, 0)

    # === ACTION METHODS ===#

    def action_ar_register_promise(self):
        """Ask what the customer promised."""
        return self._ar_open_dialog("ar.promise.register", self.env._("Register a promise"))

    def action_ar_propose_plan(self):
        """Ask for the instalments of a payment plan."""
        return self._ar_open_dialog("ar.payment.plan.propose", self.env._("New payment plan"))

    def action_ar_log_contact(self):
        """Ask how a contact with the customer ended."""
        return self._ar_open_dialog("ar.contact.log.add", self.env._("Log a contact"))

    def action_ar_view_promises(self):
        """Open the customer's promises."""
        return self._ar_open_list("ar.promise", self.env._("Promises"))

    def action_ar_view_payment_plans(self):
        """Open the customer's payment plans."""
        return self._ar_open_list("ar.payment.plan", self.env._("Payment plans"))

    def action_ar_view_contacts(self):
        """Open every contact with the customer."""
        return self._ar_open_list("ar.contact.log", self.env._("Contacts"))

    def action_ar_view_replies(self):
        """Open the customer's answers to reminders."""
        return self._ar_open_list("ar.collection.reply", self.env._("Answers"))

    # === PRIVATE METHODS ===#

    def _ar_get_open_items(self, company):
        """What the customer owes one company, oldest due first."""
        return self.env["account.move.line"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
        )

    def _ar_open_dialog(self, model, name):
        self.ensure_one()
        customer = self.commercial_partner_id
        context = {"default_partner_id": customer.id}
        if self != customer:
            context["default_contact_id"] = self.id
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    def _ar_open_list(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"create": False},
        }
