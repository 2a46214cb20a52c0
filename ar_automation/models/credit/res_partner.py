from odoo import api, fields, models
from odoo.tools import SQL

from .credit_standing import StandingQuery
from .exposure_figures import prepare_figures
from .exposure_query import ExposureQuery

COMPONENTS = ("open", "overdue", "draft", "orders", "credit")
EXPOSURE_GROUPS = (
    "ar_automation.ar_automation_group_collector,ar_automation.ar_automation_group_credit_manager,"
    "ar_automation.ar_automation_group_auditor,account.group_account_invoice"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_company_currency_id = fields.Many2one(
        "res.currency", compute="_compute_ar_company_currency_id"
    )
    ar_exposure_total = fields.Monetary(
        "Exposure",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="What the customer owes the current company in all, as the credit policy counts it.",
    )
    ar_exposure_open = fields.Monetary(
        "Open items",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="Posted and not paid, what is overdue included.",
    )
    ar_exposure_overdue = fields.Monetary(
        "of which overdue",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="The part of the open items that is past its due date.",
    )
    ar_exposure_draft = fields.Monetary(
        "Draft invoices",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="Invoices not yet posted, less credit notes not yet posted.",
    )
    ar_exposure_orders = fields.Monetary(
        "Orders not yet invoiced",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="Confirmed orders, taxes included, as far as they are on no invoice yet.",
    )
    ar_exposure_credit = fields.Monetary(
        "Unapplied credit",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="Payments and credit notes that are not yet applied to an invoice.",
    )
    ar_credit_available = fields.Monetary(
        "Available credit",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="Credit limit less exposure. Negative when the customer is over the limit.",
    )
    ar_credit_limit = fields.Monetary(
        "Limit",
        compute="_compute_ar_exposure",
        currency_field="ar_company_currency_id",
        groups=EXPOSURE_GROUPS,
        help="The credit limit of the customer, or of the company it belongs to; zero means no "
        "limit.",
    )
    ar_credit_policy_id = fields.Many2one(
        "ar.credit.policy",
        "Credit policy",
        company_dependent=True,
        groups=EXPOSURE_GROUPS,
        domain="[('company_id', '=', current_company_id)]",
        help="The rules for this customer. Empty: those that its tags and country choose, else "
        "the company's default policy.",
    )
    # Counts the decisions on the customer's orders. Its value means nothing: two decisions
    # at the same time write it both, so that the database lets one of them start over.
    ar_credit_lock = fields.Integer(copy=False, readonly=True, groups="base.group_system")

    # === COMPUTE METHODS ===#

    @api.depends_context("company")
    def _compute_ar_company_currency_id(self):
        self.ar_company_currency_id = self.env.company.currency_id

    @api.depends_context("company")
    def _compute_ar_exposure(self):
        company = self.env.company
        query = StandingQuery(company, fields.Date.context_today(self))
        standings = query.collect(self._origin)
        for partner in self:
            standing = standings.get(partner._origin.commercial_partner_id.id)
            figures = standing and prepare_figures(
                standing.exposure, standing.policy._prepare_counted(), query.query.units.per_one
            )
            partner.ar_exposure_bar = standing and partner._ar_prepare_bar(standing, figures)
            for name in ("total", *COMPONENTS):
                partner[f"ar_exposure_{name}"] = figures[name] if standing else 0.0
            partner.ar_credit_limit = float(standing.limit or 0) if standing else 0.0
            partner.ar_credit_available = float(standing.available or 0) if standing else 0.0

    # === ACTION METHODS ===#

    def action_ar_view_open_items(self):
        """Open the receivable items that the customer has not settled."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Open items of %(customer)s", customer=self.commercial_partner_id.display_name
            ),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("ar_automation.account_move_line_view_list_open_items").id, "list"),
                (False, "form"),
            ],
            "domain": [
                ("partner_id.commercial_partner_id", "=", self.commercial_partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
                ("company_id", "child_of", self.env.company.root_id.id),
            ],
            "context": {"create": False, "delete": False},
            "help": self.env._(
                "Nothing is open: this customer owes nothing that has been invoiced."
            ),
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_exposure(self, partners, company, date=None):
        """What customers owe ``company`` and its branches, in the company's currency.

        The figures are those of the commercial partner: a contact has the exposure of the
        customer that it belongs to. Rights are not checked, because orders are decided
        for people who must not see the figures; show them through the partner's fields.

        :param res.partner partners: whose exposure.
        :param res.company company: owed to whom.
        :param datetime.date date: today if not given. For a date in the past the posted
            items are as they were at its end; drafts and orders are as they are now.
        :return: ``{partner id: {"total", "open", "overdue", "draft", "orders", "credit"}}``
            with an entry for each partner, and ``delivered``, ``undelivered``, ``disputed``,
            ``covered`` and ``oldest_overdue_days``. ``overdue`` is a part of ``open``, ``credit``
            is never positive, ``total`` sums what the customer's credit policy counts, and
            ``open + credit`` is the sum of the open receivable residuals. ``buckets`` are the
            aging's, by key; they add up to ``open``.
        """
        company = company or self.env.company
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        query = ExposureQuery(company, day)
        customers = query.find_commercial(partners.ids)
        asked = self.sudo().with_company(company).browse({*customers.values()})
        policies = self.env["ar.credit.policy"].sudo()._of_company(company)
        policy_of = policies._pick_by_customer(asked)
        counted = {policy.id: policy._prepare_counted() for policy in policies}
        told = {
            customer_id: prepare_figures(
                exposure, counted[policy_of[customer_id].id], query.units.per_one
            )
            for customer_id, exposure in query.collect(asked.ids).items()
        }
        return {partner_id: told[customer_id] for partner_id, customer_id in customers.items()}

    # === PRIVATE METHODS ===#

    def _ar_lock_credit(self):
        """Let nobody else decide on orders of these customers until the transaction ends.

        The rows are locked in one order, so that two batches do not wait for each other.
        Under REPEATABLE READ a lock alone lets the one who waited go on with figures from
        before: whoever lets orders pass has to call :meth:`_ar_note_credit_use` as well.
        """
        if self:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM res_partner WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    tuple(self.ids),
                )
            )

    def _ar_note_credit_use(self):
        """Note that orders of these locked customers pass.

        The write makes PostgreSQL start over whoever waits for the lock with figures from
        before. Orders on hold use no credit: they note nothing and make nobody start over,
        so that of many orders at once all get their decision within Odoo's few tries.
        """
        if self:
            self.env.execute_query(
                SQL(
                    """UPDATE res_partner SET ar_credit_lock = COALESCE(ar_credit_lock, 0) + 1
                        WHERE id IN %s RETURNING id""",
                    tuple(self.ids),
                )
            )
            self.invalidate_recordset(["ar_credit_lock"], flush=False)
