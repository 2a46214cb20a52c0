from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.collections.statement_period import LAST_DAY
from .statement_figures import KINDS

FREQUENCIES = [("never", "Never"), ("monthly", "Every month"), ("quarterly", "Every quarter")]
CHANNELS = [("email", "E-mail"), ("print", "Print")]


class ArAccountStatementPolicy(models.Model):
    """Which customers of a company get statements of account, when, how and of what.

    Every company has one policy; a customer may differ from it.
    """

    _name = "ar.account.statement.policy"
    _description = "Policy of statements of account"
    _inherit = ["ar.company.policy", "mail.thread"]

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Statements of account")
    )
    frequency = fields.Selection(
        FREQUENCIES,
        "Statements",
        required=True,
        default="never",
        tracking=True,
        help="How often customers get a statement of account. Only those get one of whose account "
        "something is open, or has moved. A customer may differ.",
    )
    day = fields.Integer(
        "On day",
        required=True,
        default=5,
        tracking=True,
        help="So many days after the end of the month or quarter it is written, 1 to 28. Leave "
        "the bank enough time to tell of the last payments.",
    )
    kind = fields.Selection(
        KINDS,
        "Content",
        required=True,
        default="open",
        tracking=True,
        help="Open items with their age; or, above them, all movements of the period with the "
        "balance before and after.",
    )
    channel = fields.Selection(
        CHANNELS,
        "Sent by",
        required=True,
        default="email",
        tracking=True,
        help="By e-mail, or kept for your printer under Statements of account, To print.",
    )
    attach_workbook = fields.Boolean(
        "Attach a workbook", tracking=True, help="Attach the figures as XLSX, too."
    )
    template_id = fields.Many2one(
        "mail.template",
        "Mail text",
        domain="[('model', '=', 'ar.account.statement')]",
        tracking=True,
        ondelete="set null",
        default=lambda self: self.env.ref(
            "ar_automation.mail_template_account_statement", raise_if_not_found=False
        ),
        help="Subject and text of the mail, in the customer's language.",
    )
    since = fields.Date(
        required=True,
        readonly=True,
        default=fields.Date.context_today,
        help="What was due before this day is not sent: the day on which statements were "
        "switched on.",
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one policy.")
    _day_exists = models.Constraint(
        f"CHECK (day BETWEEN 1 AND {LAST_DAY})",
        f"Statements are written on day 1 to {LAST_DAY}; later days do not exist in every month.",
    )

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS base: statements start with what falls due after they are switched on."""
        dormant = self.filtered(lambda policy: policy.frequency == "never")
        result = super().write(vals)
        switched_on = dormant.filtered(lambda policy: policy.frequency != "never")
        if switched_on:
            today = fields.Date.context_today(self)
            super(ArAccountStatementPolicy, switched_on).write({"since": today})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(
            self.env._(
                "Every company needs its policy of statements. Choose Never instead of deleting it."
            )
        )
