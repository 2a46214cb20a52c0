from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Customers whose limit the system itself is setting, kept with the transaction.
IN_STEP = "ar_automation.credit_limits_in_step"


class ResPartner(models.Model):
    """Odoo's own credit limit and the history of limits, kept in step."""

    _inherit = "res.partner"

    ar_credit_limit_ids = fields.One2many(
        "ar.credit.limit",
        "partner_id",
        "Credit limits",
        groups="ar_automation.ar_automation_group_collector,"
        "ar_automation.ar_automation_group_credit_manager,"
        "ar_automation.ar_automation_group_auditor,account.group_account_invoice",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create partners; a limit that they come with becomes part of their history.

        One beyond what the user decides under the approval matrix is asked for instead.
        """
        asked = [self._ar_get_limit_beyond_band(vals) for vals in vals_list]
        partners = super().create(
            [
                {name: value for name, value in vals.items() if name != "credit_limit"}
                if amount
                else vals
                for vals, amount in zip(vals_list, asked, strict=True)
            ]
        )
        reason = self.env._("Set when the customer was created")
        for partner, amount in zip(partners, asked, strict=True):
            if amount and partner == partner.commercial_partner_id:
                partner._ar_ask_limit(amount, reason)
        limited = self.browse(
            partner.id
            for partner, vals, amount in zip(partners, vals_list, asked, strict=True)
            if vals.get("credit_limit") and not amount
        )
        limited._ar_note_core_limits({}, reason)
        return partners

    def write(self, vals):
        """Write partners; a limit set by hand becomes part of their history."""
        if "credit_limit" not in vals:
            return super().write(vals)
        if (vals["credit_limit"] or 0.0) < 0:
            raise ValidationError(
                self.env._("A credit limit cannot be negative. 0 means that there is no limit.")
            )
        asking = self._ar_filter_beyond_band(vals["credit_limit"])
        if asking:
            reason = self.env._("Changed on the customer")
            asking._ar_ask_limit(vals["credit_limit"] or 0.0, reason)
            others = {name: value for name, value in vals.items() if name != "credit_limit"}
            return super(ResPartner, asking).write(others) and (self - asking).write(vals)
        before = {partner.id: partner.credit_limit for partner in self.sudo()}
        written = super().write(vals)
        in_step = self.env.cr.precommit.data.get(IN_STEP, ())
        by_hand = self.filtered(lambda partner: partner.id not in in_step)
        by_hand._ar_note_core_limits(before, self.env._("Changed on the customer"))
        return written

    # === ACTION METHODS ===#

    def action_ar_change_limit(self):
        """Ask for the customer's new limit and the reason.

        :raises AccessError: for who gives no limits, and is not told the one that holds.
        """
        self.ensure_one()
        self.env["ar.credit.limit"].check_access("create")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New credit limit"),
            "res_model": "ar.credit.limit",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": customer.id,
                # sudo: whoever gives limits may see the one that holds
                "default_amount": customer.sudo().credit_limit,
            },
        }

    # === PRIVATE METHODS ===#

    def _ar_filter_beyond_band(self, amount):
        """Those whose limit the current user changes by hand, and may not under the matrix."""
        in_step = self.env.cr.precommit.data.get(IN_STEP, ())
        if self._ar_may_decide_limit(amount):
            return self.browse()
        return self.filtered(
            lambda partner: (
                partner.id not in in_step
                and partner == partner.commercial_partner_id
                and partner.sudo().credit_limit != amount
            )
        )

    @api.model
    def _ar_get_limit_beyond_band(self, vals):
        """The limit of a new customer if it is more than the current user decides, else 0."""
        amount = vals.get("credit_limit") or 0.0
        return amount if amount > 0 and not self._ar_may_decide_limit(amount) else 0.0

    @api.model
    def _ar_may_decide_limit(self, amount):
        """Whether the current user gives such a limit alone; no limit is beyond every amount.

        A company without a matrix for limits leaves it to the access rights who gives limits.
        """
        company, approvals = self.env.company, self.env["ar.credit.approval"]
        if self.env.su or not approvals._get_matrix(company, "limit"):
            return True
        return approvals.ar_judge(company, "limit", amount or 1e15) == "final"

    def _ar_ask_limit(self, amount, reason):
        """Ask those who may for a limit that was entered by hand, and say so."""
        requests = self.env["ar.credit.request"]
        for customer in self:
            requests.ar_request_limit(customer, self.env.company, amount, reason)
            customer.sudo()._message_log(
                body=self.env._(
                    "The limit is beyond what %s decides: it was asked for, and holds once it is "
                    "approved.",
                    self.env.user.name,
                )
            )

    def _ar_note_core_limits(self, before, reason):
        """Write limits that were set by hand down; they take the place of all that hold."""
        changed = self.sudo().filtered(
            lambda partner: (
                partner == partner.commercial_partner_id
                and partner.credit_limit != before.get(partner.id, 0.0)
            )
        )
        if not changed:
            return
        company, today = self.env.company, fields.Date.context_today(self)
        limits = self.env["ar.credit.limit"].sudo()
        temporary = limits.search(
            [
                ("partner_id", "in", changed.ids),
                ("company_id", "=", company.id),
                ("is_revoked", "=", False),
                ("valid_from", "<=", today),
                ("valid_until", ">=", today),
            ]
        )
        amounts = {partner.id: partner.credit_limit for partner in changed}
        if temporary:
            temporary.action_revoke()
        limits.create(
            [
                {
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "amount": amount,
                    "reason": reason,
                }
                for partner_id, amount in amounts.items()
            ]
        )

    def _ar_revoke_limits_for(self, survivor):
        """Revoke the limits of customers that are merged into one that has its own limit.

        Its limit goes on; theirs would take its place by being younger.
        """
        kept = survivor.sudo().ar_credit_limit_ids.filtered(lambda limit: not limit.is_revoked)
        doubled = self.sudo().ar_credit_limit_ids.filtered(
            lambda limit: not limit.is_revoked and limit.company_id in kept.company_id
        )
        if doubled:
            doubled.action_revoke()

    def _ar_write_core_limits(self, amounts):
        """Set Odoo's own credit limit in the current company without noting it again.

        :param dict amounts: by customer, in company currency; None where a limit cannot be
            converted, which leaves the old value.
        """
        for customer in self:
            amount = amounts[customer.id]
            if amount is not None and customer.credit_limit != float(amount):
                in_step = self.env.cr.precommit.data.setdefault(IN_STEP, set())
                in_step.add(customer.id)
                customer.credit_limit = float(amount)
                in_step.discard(customer.id)
