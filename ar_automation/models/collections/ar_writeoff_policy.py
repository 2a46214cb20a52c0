from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.dunning.write_off import SmallRule


class ArWriteoffPolicy(models.Model):
    """What a company gives up, and where it books that."""

    _name = "ar.writeoff.policy"
    _description = "Write-off policy"
    _inherit = ["ar.company.policy", "mail.thread"]

    small_amount = fields.Monetary(
        "Small balances below",
        tracking=True,
        help="Open items of less than this are given up without chasing them, in company "
        "currency. 0: none are.",
    )
    small_days = fields.Integer(
        "Late for more than",
        default=90,
        tracking=True,
        help="Days after the due date before a small balance is given up.",
    )
    small_cap = fields.Monetary(
        "Per customer and year at most",
        tracking=True,
        help="No customer is let off more than this by the rule within 365 days. 0: no limit.",
    )
    small_mode = fields.Selection(
        [("propose", "Propose them"), ("book", "Book them")],
        "Small balances",
        required=True,
        default="propose",
        tracking=True,
        help="Proposed ones wait for a person. Booked ones are written off by night, each with "
        "its reason, and can be undone.",
    )
    small_reason_id = fields.Many2one(
        "ar.writeoff.reason",
        "Reason of small balances",
        default=lambda self: self.env.ref("ar_automation.writeoff_reason_small", False),
        ondelete="restrict",
        help="Reason that small balances are given up for.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general')]",
        check_company=True,
        tracking=True,
        help="Journal of write-offs and recoveries. Empty: the first one for miscellaneous "
        "entries.",
    )
    loss_account_id = fields.Many2one(
        "account.account",
        "Bad debt expense",
        domain="[('internal_group', '=', 'expense')]",
        check_company=True,
        tracking=True,
        help="Expense account of what is given up, unless the reason has its own.",
    )
    recovery_account_id = fields.Many2one(
        "account.account",
        "Recoveries",
        domain="[('internal_group', '=', 'income')]",
        check_company=True,
        tracking=True,
        help="Income account of money that comes after all. Empty: the expense account.",
    )

    _one_per_company = models.UniqueIndex("(company_id)", "A company has one write-off policy.")
    _not_negative = models.Constraint(
        "CHECK (small_amount >= 0 AND small_days >= 0 AND small_cap >= 0)",
        "Days and amounts of the write-off policy cannot be negative.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._("Write-offs, %s", policy.company_id.name)

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Each company keeps its write-off policy."))

    # === BUSINESS METHODS ===#

    def _prepare_rule(self):
        """The rule of small balances as the engine wants it."""
        self.ensure_one()
        return SmallRule(
            below=Decimal(str(self.currency_id.round(self.small_amount))),
            older_than_days=self.small_days,
            customer_cap=Decimal(str(self.currency_id.round(self.small_cap))),
        )

    def _get_loss_account(self, reason):
        """The expense account of a reason.

        :raises UserError: where neither reason nor policy have one.
        """
        account = reason.with_company(self.company_id).account_id or self.loss_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%s has no expense account for bad debts. Choose one under Configuration, "
                    "Write-off policy.",
                    self.company_id.name,
                )
            )
        return account

    def _get_journal(self):
        """The journal of write-offs.

        :raises UserError: where the company has none that fits.
        """
        journal = self.journal_id or self.env["account.journal"].search(
            [
                ("type", "=", "general"),
                *self.env["account.journal"]._check_company_domain(self.company_id),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal for miscellaneous entries to book write-offs in.",
                    self.company_id.name,
                )
            )
        return journal
