from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("proposed", "Proposed"),
    ("applied", "Applied"),
    ("undone", "Taken back"),
    ("outdated", "Outdated"),
]


class ArCreditApplication(models.Model):
    """Open credit of a customer set against one open invoice: why, how much, and undo."""

    _name = "ar.credit.application"
    _description = "Credit application"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    credit_id = fields.Many2one(
        "account.move.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The credit note's or the overpayment's open item.",
    )
    item_id = fields.Many2one(
        "account.move.line", "Invoice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="What of the credit the invoice takes.")
    evidence = fields.Char("Why", readonly=True)
    state = fields.Selection(STATES, required=True, default="proposed", readonly=True, index=True)

    _one_open = models.UniqueIndex(
        "(credit_id, item_id) WHERE state IN ('proposed', 'applied')",
        "This credit is set against this invoice already.",
    )

    # === ACTION METHODS ===#

    def action_apply(self):
        """Reconcile what is proposed, as far as both are still open."""
        self._check_accountant()
        for row in self.filtered(lambda row: row.state == "proposed").sorted("id"):
            items = row.credit_id | row.item_id
            if items.filtered("reconciled"):
                row.sudo().state = "outdated"
                continue
            items.reconcile()
            row.sudo().amount = sum(row._find_partials().mapped("credit_amount_currency"))
            row._note("applied", "cash_application.credit_applied")

    def action_undo(self):
        """Take applications back: credit and invoice are open again, and it is not repeated."""
        self._check_accountant()
        for row in self:
            if row.state != "applied":
                raise UserError(
                    self.env._("%s is not applied.", row.item_id.move_id.name or row.id)
                )
            row._find_partials().unlink()
            row._note("undone", "cash_application.credit_undone")

    # === BUSINESS METHODS ===#

    def _check_accountant(self):
        self.env["account.bank.statement.line"].check_access("write")
        self.check_access("read")

    def _find_partials(self):
        return self.credit_id.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id == self.item_id
        )

    def _note(self, state, code):
        self.ensure_one()
        self.sudo().state = state
        self.env["ar.audit.event"].ar_append(
            self.company_id,
            [
                {
                    "code": code,
                    "summary": f"{self.partner_id.display_name}: {self.credit_id.move_id.name} "
                    f"> {self.item_id.move_id.name}, {self.currency_id.format(self.amount)}",
                    "record": self,
                    "details": {"evidence": self.evidence or ""},
                }
            ],
        )

    @api.model
    @api.private
    def ar_apply_credits(self, partners, company):
        """Set open credit of customers against their open invoices, as the policy says.

        :param partners: commercial partners.
        :return: the applications made or proposed now, by customer: ``{partner id: records}``
        """
        policy = self.env["ar.cash.policy"].ar_get_policy(company)
        made = {}
        for partner, items in self._read_open(partners, company).items():
            mode = partner.with_company(company).ar_credit_mode or policy.credit_mode
            if mode == "never":
                continue
            vals = self._pair(company, partner, items, same_order=mode == "same_order")
            rows = self.sudo().create(vals)
            if mode != "ask":
                rows.action_apply()
            made[partner.id] = rows
        return made

    def _read_open(self, partners, company):
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date_maturity, id",
        )
        # what is to be paid back is not set against invoices meanwhile
        items -= self.env["ar.credit.refund"].ar_find_reserved(items)
        return items.grouped("partner_id")

    def _pair(self, company, partner, items, *, same_order):
        """First what belongs to one order, then oldest to oldest, each as far as it goes."""
        known = self.search([("credit_id", "in", items.ids), ("state", "!=", "outdated")])
        tried = {(row.credit_id, row.item_id) for row in known}
        left = {item: item.amount_residual_currency for item in items}
        rows = []
        for credit, item, is_same in _by_order(items):
            fits = (
                (credit, item) not in tried
                and credit.account_id == item.account_id
                and credit.currency_id == item.currency_id
                and (is_same or not same_order)
            )
            amount = item.currency_id.round(min(-left[credit], left[item]))
            if not fits or amount <= 0:
                continue
            left[credit] += amount
            left[item] -= amount
            rows.append(self._prepare_row(company, partner, credit, item, amount, is_same))
        return rows

    def _prepare_row(self, company, partner, credit, item, amount, same_order):
        reason = (
            self.env._("Both belong to the same order.")
            if same_order
            else self.env._("It is the oldest invoice that the credit fits.")
        )
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "credit_id": credit.id,
            "item_id": item.id,
            "currency_id": item.currency_id.id,
            "amount": amount,
            "evidence": reason,
        }


def _by_order(items):
    """Every credit with every invoice, those of the same order first."""
    orders = {item: _orders(item) for item in items}
    pairs = [
        (credit, item, bool(orders[credit] & orders[item]))
        for credit in items.filtered(lambda item: item.amount_residual < 0)
        for item in items.filtered(lambda item: item.amount_residual > 0)
    ]
    return sorted(pairs, key=lambda pair: not pair[2])


def _orders(item):
    """Sales orders that an item's document is for; a credit note's also by its invoice.

    Money that was paid in advance is for the orders that its match names.
    """
    move = item.move_id | item.move_id.reversed_entry_id
    applied = item.statement_line_id.ar_proposal_ids.filtered(lambda one: one.state == "applied")
    return move.line_ids.sale_line_ids.order_id | applied.order_ids
