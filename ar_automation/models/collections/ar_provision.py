from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...engine.dunning.provision import History, Row, decide_rate
from .provision_query import ProvisionQuery

SUPERVISOR = "ar_automation.ar_automation_group_supervisor"
STATES = [("draft", "Computed"), ("proposed", "Entry proposed"), ("posted", "Booked")]


class ArProvision(models.Model):
    """What a company's receivables are likely to lose, on one day, bucket by bucket.

    By the simplified approach of IFRS 9 (5.5.15) with a provision matrix (B5.5.35).
    """

    _name = "ar.provision"
    _description = "Provision for expected losses"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, help="Reporting date.")
    line_ids = fields.One2many("ar.provision.line", "provision_id", "Buckets", readonly=True)
    exposure = fields.Monetary(readonly=True)
    amount = fields.Monetary("Provision", readonly=True)
    previous_id = fields.Many2one("ar.provision", "Last one", readonly=True, ondelete="set null")
    change = fields.Monetary(
        readonly=True, help="More (or less) than the last provision before this day."
    )
    basis = fields.Text(readonly=True, help="How the rates were found.")
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(STATES, compute="_compute_state")
    is_segmented = fields.Boolean(compute="_compute_is_segmented")

    _one_per_day = models.UniqueIndex(
        "(company_id, date)", "A company has one provision for a day. Compute it again."
    )

    # === COMPUTE METHODS ===#

    @api.depends("date", "company_id")
    def _compute_display_name(self):
        for provision in self:
            provision.display_name = self.env._(
                "Provision of %s", format_date(self.env, provision.date) if provision.date else ""
            )

    @api.depends("move_id.state")
    def _compute_state(self):
        for provision in self:
            move = provision.sudo().move_id
            states = {"draft": "proposed", "posted": "posted"}
            provision.state = states.get(move.state, "draft")

    @api.depends("line_ids.segment")
    def _compute_is_segmented(self):
        for provision in self:
            provision.is_segmented = any(provision.line_ids.mapped("segment"))

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        if self.filtered(lambda provision: provision.state != "draft"):
            raise UserError(
                self.env._("A provision with an entry is kept. Delete the entry first.")
            )

    # === ACTION METHODS ===#

    def action_compute(self):
        """Compute once more, with what the books and the policy say now."""
        for provision in self:
            self.ar_compute(provision.company_id, provision.date)

    def action_propose_entry(self):
        """Write the entry of the provision as a draft.

        Posting it also plans its reversal on the first day of the next period.
        """
        self._check_supervisor()
        for provision in self.sudo():
            provision._check_unbooked()
            provision.move_id = (
                self.env["account.move"].sudo().create(provision._prepare_entry_vals())
            )
        return self.move_id._get_records_action(name=self.env._("Entry of the provision"))

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_compute(self, company, date):
        """Compute the provision of a company for a reporting date.

        Computed again it replaces what was computed for the day, until its entry is there.

        :param datetime.date date: end of the day, in the past or today.
        :return: the ``ar.provision`` with a line per segment and bucket.
        :raises UserError: when the day's provision has an entry, or lies in the future.
        :raises AccessError: unless a supervisor does it.
        """
        self._check_supervisor()
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in %s.", company.name))
        if date > fields.Date.context_today(self):
            raise UserError(self.env._("What will be owed on a day to come is not known yet."))
        model = self.sudo().with_company(company)
        provision = model.search([("company_id", "=", company.id), ("date", "=", date)])
        provision._check_unbooked()
        vals = model._prepare_vals(company.sudo(), date)
        if provision:
            provision.write({**vals, "line_ids": [Command.clear(), *vals["line_ids"]]})
        else:
            provision = model.create(vals)
        provision._audit()
        return provision.with_env(self.env)

    # === PRIVATE METHODS ===#

    def _check_supervisor(self):
        if not (self.env.su or self.env.user.has_group(SUPERVISOR)):
            raise AccessError(self.env._("Only a receivables supervisor computes provisions."))
        self.check_access("read")

    def _check_unbooked(self):
        booked = self.filtered("move_id")
        if booked:
            raise UserError(
                self.env._(
                    "%s has its entry already. Delete or reset that first.",
                    booked[0].display_name,
                )
            )

    @api.model
    def _prepare_vals(self, company, day):
        policy = self.env["ar.provision.policy"].ar_get_policy(company).sudo()
        previous = self.search(
            [("company_id", "=", company.id), ("date", "<", day)], order="date desc", limit=1
        )
        lines = self._prepare_lines(policy, day, previous)
        amount = sum(line["amount"] for line in lines)
        return {
            "company_id": company.id,
            "date": day,
            "previous_id": previous.id,
            "exposure": sum(line["exposure"] for line in lines),
            "amount": amount,
            "change": amount - previous.amount,
            "basis": self._describe_basis(policy),
            "line_ids": [Command.create(line) for line in lines],
        }

    @api.model
    def _prepare_lines(self, policy, day, previous):
        query = ProvisionQuery(policy, day)
        exposure, history = query.read_exposure(), query.read_history()
        before = {(line.segment or "", line.bucket): line.amount for line in previous.line_ids}
        segments = sorted({segment for segment, _index in exposure} | {key for key, _ in before})
        return [
            self._prepare_line(
                bucket,
                segment,
                exposure.get((segment, index), (Decimal(0), 0)),
                history.get((segment, index), History()),
                before.get((segment, bucket.display_name), 0.0),
            )
            for segment in segments or [""]
            for index, bucket in enumerate(policy.bucket_ids.sorted("from_day"))
        ]

    @api.model
    def _prepare_line(self, bucket, segment, exposure, history, previous):
        amount, count = exposure
        rate = decide_rate(
            history,
            by_hand=_share(bucket.percent),
            overlay=_share(bucket.overlay),
            minimum=bucket.policy_id.minimum_items,
        )
        unit = Decimal(str(bucket.company_id.currency_id.rounding))
        provided = float(Row(amount, rate.value).provide(unit))
        return {
            "segment": segment,
            "bucket": bucket.display_name,
            "from_day": bucket.from_day,
            "item_count": count,
            "exposure": float(amount),
            "history_count": history.count,
            "history_exposure": float(history.exposure),
            "history_loss": float(history.loss),
            "source": rate.source,
            "base_percent": float(rate.base * 100),
            "overlay": bucket.overlay,
            "overlay_reason": bucket.overlay_reason,
            "percent": float(rate.value * 100),
            "amount": provided,
            "previous_amount": previous,
            "change": provided - previous,
        }

    @api.model
    def _describe_basis(self, policy):
        return self.env._(
            "IFRS 9, simplified approach (5.5.15) with a provision matrix (B5.5.35). Loss rates: "
            "what of the items open at the end of each month of %(years)s years was written off "
            "within %(months)s months, without tax and less recoveries; with fewer than %(least)s "
            "items the rate by hand. Customers' credits are no exposure.",
            years=policy.years,
            months=policy.horizon_months,
            least=policy.minimum_items,
        )

    def _prepare_entry_vals(self):
        policy = self.env["ar.provision.policy"].ar_get_policy(self.company_id).sudo()
        writeoffs = self.env["ar.writeoff.policy"].ar_get_policy(self.company_id).sudo()
        expense, allowance = policy.expense_account_id, policy.allowance_account_id
        if not (expense and allowance) or self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._(
                    "%s cannot be booked: it needs an amount, and the accounts of the impairment "
                    "loss and the loss allowance under Configuration, Provision policy.",
                    self.display_name,
                )
            )
        return {
            "move_type": "entry",
            "ar_is_provision": True,
            "company_id": self.company_id.id,
            "journal_id": (policy.journal_id or writeoffs._get_journal()).id,
            "date": self.date,
            "ref": self.display_name,
            "line_ids": [
                Command.create({"name": self.display_name, "account_id": account.id, **amount})
                for account, amount in (
                    (expense, {"debit": self.amount}),
                    (allowance, {"credit": self.amount}),
                )
            ],
        }

    def _audit(self):
        self.env["ar.audit.event"].ar_append(
            self.company_id,
            [
                {
                    "code": "provision.computed",
                    "summary": self.display_name,
                    "record": self,
                    "details": {"amount": str(self.currency_id.round(self.amount))},
                }
            ],
        )


def _share(percent):
    return Decimal(str(round(percent, 4))) / 100
