from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from .credit_limits import CreditLimits

WRITTEN_BY_THE_SYSTEM = {"is_revoked", "is_applied", "is_asked", "is_refused"}


class ArCreditLimit(models.Model):
    """A limit that was given to a customer or a credit group: how much, from when, why, by whom.

    Records are never changed: a new limit takes the place of an older one, a temporary one
    goes before a lasting one as long as it holds. Odoo's own credit limit on the customer
    is kept in step.
    """

    _name = "ar.credit.limit"
    _description = "Credit limit"
    _order = "valid_from DESC, id DESC"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="cascade"
    )
    group_id = fields.Many2one(
        "ar.credit.group", "Credit group", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="A limit in another currency is converted at the rate of the day of each check.",
    )
    amount = fields.Monetary(
        "Limit", required=True, help="How much may be owed. 0 means that there is no limit."
    )
    valid_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, help="First day of the limit."
    )
    valid_until = fields.Date(
        "Until", help="Last day of a temporary limit. Empty: until there is another one."
    )
    reason = fields.Char(required=True, help="Why this limit was given. Kept in the audit trail.")
    is_revoked = fields.Boolean("Revoked", readonly=True)
    is_asked = fields.Boolean(
        "Asked for",
        readonly=True,
        help="Beyond what its author decides under the approval matrix: it holds once somebody "
        "who may has approved it.",
    )
    is_refused = fields.Boolean(
        "Not given",
        readonly=True,
        help="Asked for, and refused or withdrawn before anybody approved it.",
    )
    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("refused", "Not given"),
            ("planned", "Planned"),
            ("current", "In force"),
            ("past", "Past"),
        ],
        compute="_compute_state",
        help="Whether this is the limit that holds today.",
    )
    is_applied = fields.Boolean(
        readonly=True,
        help="Odoo's own credit limit on the customer was set when this limit began to hold.",
    )

    _one_holder = models.Constraint(
        "CHECK (num_nonnulls(partner_id, group_id) = 1)",
        "A limit belongs either to a customer or to a credit group.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)",
        "A credit limit cannot be negative. 0 means that there is no limit.",
    )
    _period = models.Constraint(
        "CHECK (valid_until >= valid_from)", "A limit ends on the day it begins, or later."
    )
    _begins_idx = models.Index("(valid_from) WHERE NOT is_applied AND NOT is_revoked")
    _ends_idx = models.Index("(valid_until) WHERE is_applied AND NOT is_revoked")

    # === COMPUTE METHODS ===#

    def _compute_state(self):
        today = fields.Date.context_today(self)
        for company, limits in self.grouped("company_id").items():
            known = CreditLimits(company, today)
            current = known.find_current(limits.partner_id.ids, limits.group_id.ids)
            for limit in limits:
                is_planned = limit.valid_from > today and not limit.is_revoked
                is_current = limit.id in current
                limit.state = "current" if is_current else "planned" if is_planned else "past"
                if limit.is_asked or limit.is_refused:
                    limit.state = "asked" if limit.is_asked else "refused"

    # === CONSTRAINTS ===#

    @api.constrains("partner_id")
    def _check_partner_id(self):
        for limit in self:
            customer = limit.partner_id.commercial_partner_id
            if customer != limit.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: give the limit to %(customer)s.",
                        contact=limit.partner_id.name or limit.partner_id.id,
                        customer=customer.display_name,
                    )
                )

    @api.constrains("currency_id", "company_id")
    def _check_currency_id(self):
        for limit in self:
            limit.currency_id._ar_check_rate(limit.company_id)

    @api.constrains("reason")
    def _check_reason(self):
        for limit in self:
            if not limit.reason.strip():
                raise ValidationError(self.env._("Say why this limit is given."))

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Give limits; they hold at once, are logged and go into the audit trail.

        One beyond what the user decides under the approval matrix is asked for instead.
        """
        earlier = super().create(self._prepare_earlier(vals_list))
        earlier.sudo().write({"is_applied": True})
        limits = super().create(vals_list)
        asked = limits._filter_beyond_band()
        asked._ask()
        (limits - asked)._begin()
        return limits

    def write(self, vals):
        """Refuse to rewrite history: a new limit takes the place of an old one."""
        if not (self.env.su and vals.keys() <= WRITTEN_BY_THE_SYSTEM):
            raise UserError(
                self.env._(
                    "A limit that was given is not changed, so that it stays known. Give a new "
                    "one, or revoke this one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A limit that was given stays known. Revoke it instead of deleting it.")
        )

    # === ACTION METHODS ===#

    def action_revoke(self):
        """Take limits back; the one that held before holds again."""
        self.check_access("write")
        self.sudo().write({"is_revoked": True})
        self._log(
            "credit.limit_revoked",
            {limit.id: self.env._("Revoked: %s", text) for limit, text in self._texts()},
        )
        self._apply(fields.Date.context_today(self))

    # === BUSINESS METHODS ===#

    def _prepare_earlier(self, vals_list):
        """Values of limits that were given before their history began, to come back to."""
        today = fields.Date.context_today(self)
        found = []
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            customer = self.env["res.partner"].sudo().browse(vals.get("partner_id") or ())
            customer = customer.with_company(company)
            if not customer or customer.ar_credit_limit_ids.filtered(
                lambda limit, company=company: limit.company_id == company
            ):
                continue
            known, amount = customer.credit_limit, vals.get("amount")
            if known > 0 and (known != amount or vals.get("valid_until")):
                found.append(
                    {
                        "partner_id": customer.id,
                        "company_id": company.id,
                        "currency_id": company.currency_id.id,
                        "amount": known,
                        "valid_from": min(
                            fields.Date.to_date(vals.get("valid_from")) or today, today
                        ),
                        "reason": self.env._("The limit before its history began"),
                    }
                )
        return found

    def _begin(self):
        """Let limits hold from their day on."""
        self._log("credit.limit_set", self._sentences())
        self._apply(fields.Date.context_today(self))

    def _apply(self, day):
        """Set Odoo's own credit limit of these limits' customers to what holds on ``day``."""
        self.flush_model()
        for company, limits in self.sudo().grouped("company_id").items():
            customers = limits.partner_id.with_company(company)
            known = CreditLimits(company, day)
            known.load(customers, self.env["ar.credit.policy"])
            customers._ar_write_core_limits(
                {customer.id: known.for_core(customer.id) for customer in customers}
            )
        for is_applied, limits in self.sudo().grouped(lambda one: one._holds_on(day)).items():
            limits.write({"is_applied": is_applied})
        self.invalidate_model(["state"])

    def _holds_on(self, day):
        is_over = self.valid_until and self.valid_until < day
        return self.valid_from <= day and not is_over and not self.is_revoked

    def _texts(self):
        for limit in self.sudo():
            money = formatLang(self.env, limit.amount, currency_obj=limit.currency_id)
            text = self.env._("credit limit %(amount)s", amount=money)
            if limit.valid_until:
                text = self.env._(
                    "%(limit)s until %(day)s",
                    limit=text,
                    day=fields.Date.to_string(limit.valid_until),
                )
            yield limit, text

    def _sentences(self):
        return {
            limit.id: self.env._("New %(limit)s: %(reason)s", limit=text, reason=limit.reason)
            for limit, text in self._texts()
        }

    def _log(self, code, sentences):
        """Tell the customer's or group's chatter and the audit trail."""
        for name in ("partner_id", "group_id"):
            holders = self.sudo().grouped(name)
            holders.pop(self.env[self._fields[name].comodel_name].sudo(), None)
            for holder, limits in holders.items():
                holder._message_log(body="\n".join(sentences[limit.id] for limit in limits))
        for company, limits in self.sudo().grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company,
                [
                    {
                        "code": code,
                        "summary": sentences[limit.id],
                        "record": limit.partner_id or limit.group_id,
                        "details": {
                            "amount": str(Decimal(str(limit.amount))),
                            "currency": limit.currency_id.name,
                            "valid_from": str(limit.valid_from),
                            "valid_until": str(limit.valid_until or ""),
                            "reason": limit.reason,
                        },
                    }
                    for limit in limits
                ],
            )
