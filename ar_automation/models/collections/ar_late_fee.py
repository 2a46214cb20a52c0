from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

STATES = [
    ("accrued", "Accrued"),
    ("charged", "Charged"),
    ("paid", "Paid"),
    ("waived", "Waived"),
]


class ArLateFee(models.Model):
    """One claim for lateness: interest of a period, a fixed sum, or the fee of a reminder."""

    _name = "ar.late.fee"
    _description = "Late interest or fee"
    _inherit = "ar.guarded.state"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("interest", "Late interest"), ("fixed_sum", "Fixed sum"), ("reminder", "Reminder fee")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(STATES, required=True, default="accrued", readonly=True, index=True)
    # set null: an accountant who rebuilds an invoice's terms must not be stopped by a claim
    move_line_id = fields.Many2one(
        "account.move.line", "Open item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, ondelete="set null", index="btree_not_null"
    )
    name = fields.Char("Number", readonly=True, help="Number of the invoice that was late.")
    notice_id = fields.Many2one(
        "ar.dunning.notice",
        "Reminder",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    regime_id = fields.Many2one("ar.interest.regime", readonly=True, ondelete="restrict")
    date_from = fields.Date("From", required=True, readonly=True, help="First day claimed.")
    date_to = fields.Date("To", required=True, readonly=True, help="Last day claimed.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    segments = fields.Json(readonly=True, help="The calculation, stretch by stretch.")
    calculation = fields.Html(compute="_compute_calculation", sanitize=False)
    charge_move_id = fields.Many2one(
        "account.move", "Debit note", readonly=True, ondelete="set null", index="btree_not_null"
    )
    waive_reason = fields.Char("Why waived", readonly=True)
    waived_by_id = fields.Many2one("res.users", "Waived by", readonly=True, ondelete="restrict")
    waived_at = fields.Datetime("Waived on", readonly=True)

    _interest_once = models.UniqueIndex(
        "(move_line_id, date_from) WHERE kind = 'interest' AND move_line_id IS NOT NULL",
        "Late interest of an item is claimed once for each period.",
    )
    _accruing_once = models.UniqueIndex(
        "(move_line_id) WHERE kind = 'interest' AND state = 'accrued' AND move_line_id IS NOT NULL",
        "An item has one period whose interest still accrues.",
    )
    _fixed_sum_once = models.UniqueIndex(
        "(move_line_id) WHERE kind = 'fixed_sum' AND move_line_id IS NOT NULL",
        "The fixed sum of an item is claimed once.",
    )
    _reminder_once = models.UniqueIndex(
        "(notice_id, move_line_id) WHERE kind = 'reminder'",
        "The fee of a reminder is claimed once for each item.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND date_to >= date_from)", "A claim has an amount and a period."
    )
    _open_idx = models.Index("(company_id, partner_id) WHERE state = 'accrued'")

    # === COMPUTE METHODS ===#

    @api.depends("kind", "name", "date_from", "date_to")
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = claim._get_label()

    @api.depends("segments")
    def _compute_calculation(self):
        for claim in self:
            claim.calculation = self.env["ir.qweb"]._render(
                "ar_automation.late_fee_calculation", {"claims": claim}
            )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accrued(self):
        if self.filtered(lambda claim: claim.state != "accrued"):
            raise UserError(
                self.env._("Claims that were charged, paid or waived are kept as a record.")
            )

    # === ACTION METHODS ===#

    def action_charge(self):
        """Charge the chosen claims now, whatever the policy says about when."""
        moves = self.ar_charge()
        return moves._get_records_action(name=self.env._("Debit notes"))

    def action_waive(self):
        """Ask why the chosen claims are given up, with all that share a posted debit note.

        :raises UserError: when a claim is paid or waived already.
        :raises AccessError: unless a collector does it; a supervisor, once it is charged.
        """
        self._check_may_waive()
        posted = self.charge_move_id.filtered(lambda move: move.state == "posted")
        charged = posted.ar_late_fee_ids.filtered(lambda claim: claim.state == "charged")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive"),
            "res_model": "ar.late.fee.waive",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_claim_ids": (self | charged).ids},
        }

    # === BUSINESS METHODS ===#

    def ar_charge(self, date=None):
        """Charge accrued claims by debit notes, one per customer and currency.

        :param datetime.date date: of the debit notes, today if not given.
        :return: the ``account.move`` debit notes; posted where the policy says so.
        :raises UserError: when a claim was charged or waived already.
        :raises AccessError: unless a supervisor does it.
        """
        if not (
            self.env.su or self.env.user.has_group("ar_automation.ar_automation_group_supervisor")
        ):
            raise AccessError(
                self.env._("Only a receivables supervisor charges late interest and fees.")
            )
        self.check_access("read")
        day = date or fields.Date.context_today(self)
        # sudo: the supervisor may charge, but writes claims by no other way
        moves = self.env["account.move"].sudo()
        for company, claims in self.sudo().grouped("company_id").items():
            moves |= claims.with_company(company)._charge(day)
        return moves.with_env(self.env)

    def ar_waive(self, reason):
        """Give claims up for good; they are not claimed again.

        A draft debit note loses their lines. A posted one is credited as a whole, so all of
        its claims are waived together.

        :param str reason: why, kept with the claims.
        :raises UserError: when a claim is paid or waived already, or shares a posted debit
            note with one that is not waived.
        :raises AccessError: unless a collector does it; a supervisor, once it is charged.
        """
        self._check_may_waive()
        # sudo: collectors waive without the right to write claims or entries
        claims = self.sudo()
        moves = claims.charge_move_id
        claims._mark_waived(reason, self.env.user)
        moves._ar_take_back_late_fees(claims, reason)

    # === PRIVATE METHODS ===#

    def _check_may_waive(self):
        charged = self.filtered("charge_move_id")
        group = "supervisor" if charged else "collector"
        if not (
            self.env.su or self.env.user.has_group(f"ar_automation.ar_automation_group_{group}")
        ):
            raise AccessError(
                self.env._("Collectors waive what is accrued, supervisors what is charged.")
            )
        self.check_access("read")
        # sudo: collectors waive without the right to write claims
        self.sudo()._check_state({"accrued", "charged"}, "waived")

    def _mark_waived(self, reason, user):
        self.write(
            {
                "state": "waived",
                "waive_reason": reason,
                "waived_by_id": user.id,
                "waived_at": fields.Datetime.now(),
            }
        )
        self._audit("waived", reason)

    def _mark_paid(self):
        self._check_state({"charged"}, "paid")
        self.write({"state": "paid"})

    def _mark_accrued_again(self):
        """The debit note is gone, the claim is not.

        What accrued since is counted together with it again by the next run.
        """
        self._check_state({"charged", "paid"}, "accrued")
        self.search(
            [
                ("move_line_id", "in", self.move_line_id.ids),
                ("kind", "=", "interest"),
                ("state", "=", "accrued"),
            ]
        ).unlink()
        self.write({"state": "accrued", "charge_move_id": False})

    def _charge(self, day):
        self._check_state({"accrued"}, "charged")
        policy = self.env["ar.late.fee.policy"].ar_get_policy(self.company_id)
        groups = self.sorted("id").grouped(lambda claim: (claim.partner_id, claim.currency_id))
        moves = self.env["account.move"].create(
            [claims._prepare_debit_note_vals(policy, day) for claims in groups.values()]
        )
        for move, claims in zip(moves, groups.values(), strict=True):
            claims.write({"state": "charged", "charge_move_id": move.id})
        if policy.is_posted:
            moves._post(soft=False)
        for move in moves:
            move.ar_late_fee_ids._audit("charged", move.name or self.env._("draft"))
        return moves

    def _audit(self, what, reason):
        for company, claims in self.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [claim._prepare_event(what, reason) for claim in claims]
            )

    def _prepare_event(self, what, reason):
        self.ensure_one()
        return {
            "code": f"late_fee.{what}",
            "summary": f"{self._get_label()}: {reason}",
            "record": self,
            "details": {
                "partner_id": self.partner_id.id,
                "amount": str(self.currency_id.round(self.amount)),
                "currency": self.currency_id.name,
                "debit_note": self.charge_move_id.name or "",
            },
        }

    def _prepare_debit_note_vals(self, policy, day):
        partner, currency = self.partner_id, self.currency_id
        report = self.with_context(lang=partner.lang)
        return {
            "move_type": "out_invoice",
            "ar_is_late_fee": True,
            "company_id": policy.company_id.id,
            "partner_id": partner.id,
            "currency_id": currency.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": policy.payment_term_id.id,
            "ref": report.env._("Late interest and fees"),
            "narration": self.env["ir.qweb"]._render(
                "ar_automation.late_fee_calculation", {"claims": report}, lang=partner.lang
            ),
            "invoice_line_ids": [
                Command.create(claim._prepare_debit_line_vals(policy)) for claim in report
            ],
        }

    def _prepare_debit_line_vals(self, policy):
        vals = {
            "product_id": policy.product_id.id,
            "name": self._get_label(),
            "quantity": 1,
            "price_unit": self.amount,
            "tax_ids": [Command.set(policy.tax_ids.ids)],
            "ar_late_fee_id": self.id,
        }
        return {**vals, "account_id": policy.account_id.id} if policy.account_id else vals

    def _get_label(self):
        self.ensure_one()
        if self.kind == "interest":
            return self.env._(
                "Late interest on %(invoice)s, %(start)s to %(end)s",
                invoice=self.name,
                start=format_date(self.env, self.date_from),
                end=format_date(self.env, self.date_to),
            )
        if self.kind == "fixed_sum":
            return self.env._("Costs of recovery, %s", self.name)
        return self.env._(
            "Fee of the reminder of %(day)s, %(invoice)s",
            day=format_date(self.env, self.date_from),
            invoice=self.name,
        )

    def _format_amount(self):
        """The claim's amount in words, below its calculation."""
        return format_amount(self.env, self.amount, self.currency_id)

    def _format_segment(self, segment):
        """One stretch of the calculation in words, for the table on the debit note."""
        return {
            "first_day": format_date(self.env, segment["first_day"]),
            "last_day": format_date(self.env, segment["last_day"]),
            "days": segment["days"],
            "balance": format_amount(self.env, float(segment["balance"]), self.currency_id),
            "percent": segment["percent"],
            "year_days": segment["year_days"],
            "amount": segment["amount"],
        }
