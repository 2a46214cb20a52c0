from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...engine.dunning.instalments import Terms, divide

MOST_INSTALMENTS = 120


class ArPaymentPlan(models.Model):
    """How a plan comes about: proposed, offered, accepted; and how it is taken back."""

    _inherit = "ar.payment.plan"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_propose(self, items, count, first, *, every="month", interest=0, amount=None):
        """Divide what is open of some items into instalments, as a draft.

        :param account.move.line items: open receivable items of one customer, company and
            currency.
        :param int count: number of instalments.
        :param datetime.date first: day of the first one, today or later.
        :param str every: ``month``, ``two_weeks`` or ``week``.
        :param interest: flat interest for the whole plan, in the items' currency.
        :param amount: what of the items is paid off; all that is open if not given.
        :return: the plan.
        :raises UserError: for items that do not go together or are not open, a plan over more
            than is owed, a first day in the past, or amounts that do not divide.
        :raises AccessError: unless a collector does it.
        """
        self._check_collector()
        items = items.sudo()
        self._check_items(items)
        plans = self.sudo().with_company(items.company_id)
        rows = plans._read_items(items)
        total = sum((row.residual for row in rows), Decimal(0))
        currency = items.currency_id
        debt = total if amount is None else Decimal(str(currency.round(float(amount))))
        plans._check_debt(debt, total, currency)
        interest = Decimal(str(currency.round(float(interest or 0))))
        instalments = plans._divide(Terms(debt, count, first, every, interest), currency)
        plan = plans.create(
            {
                "name": plans.env["ir.sequence"].next_by_code("ar.payment.plan") or "/",
                "company_id": items.company_id.id,
                "partner_id": items.partner_id.commercial_partner_id.id,
                "currency_id": currency.id,
                "debt": float(debt),
                "interest": float(interest),
                "every": every,
                "user_id": self.env.uid,
                "instalment_ids": self._prepare_instalments(instalments),
                "item_ids": self._prepare_items(rows),
            }
        )
        return plan.with_env(self.env)

    def ar_offer(self):
        """Let the customer see the plan in the portal and sign it."""
        self._check_collector()
        plans = self.sudo()
        plans._update_state({"draft"}, "offered")
        for plan in plans:
            plan._portal_ensure_token()
        plans._note("offered")

    def ar_accept(self, signed_by, signature=None):
        """The customer accepts: reminders stop as long as the instalments are paid.

        Interest is invoiced now, due with the last instalment; open promises for the same
        items are replaced by the plan.

        :param str signed_by: who accepted, as they wrote their name.
        :param signature: picture of the signature, base64; None where it is on paper.
        :raises UserError: when less is owed by now, or the plan was accepted or ended already.
        """
        self.ensure_one()
        self._check_collector()
        plan = self.sudo().with_company(self.company_id)
        plan.try_lock_for_update()
        plan._check_still_owed()
        plan._update_state(
            {"draft", "offered"},
            "active",
            signed_by=signed_by[:200],
            signed_at=fields.Datetime.now(),
            signature=signature,
        )
        plan._replace_promises()
        plan._invoice_interest()
        plan._note("accepted")

    def ar_cancel(self, reason):
        """End plans; reminders of their items go on as before, unpaid interest is credited.

        :param str reason: shown on the plan.
        :raises UserError: when one has ended already.
        """
        self._check_collector()
        for plan in self.sudo():
            today = self.env["ar.job.collections.plan"]._job_today(plan.company_id)
            plan._update_state(
                {"draft", "offered", "active"}, "cancelled", reason, ended_date=today
            )
            plan.with_company(plan.company_id)._credit_interest()
        self.sudo()._note("cancelled")

    # === PRIVATE METHODS ===#

    @api.model
    def _check_items(self, items):
        if not items:
            raise UserError(self.env._("Choose the open invoices that the plan pays off."))
        if not self.env.su and items.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in the company of these invoices."))
        mixed = [
            words
            for words, values in (
                (self.env._("customers"), items.partner_id.commercial_partner_id),
                (self.env._("companies"), items.company_id),
                (self.env._("currencies"), items.currency_id),
            )
            if len(values) > 1
        ]
        if mixed:
            raise UserError(
                self.env._(
                    "The chosen invoices are of several %s. Make a plan for each.",
                    ", ".join(mixed),
                )
            )
        planned = (
            self.env["ar.payment.plan.item"]
            .sudo()
            .search([("move_line_id", "in", items.ids), ("is_live", "=", True)])
        )
        if planned:
            raise UserError(
                self.env._(
                    "%(items)s are in the payment plan %(plan)s already. Cancel it first.",
                    items=", ".join(planned.move_id.mapped("name")),
                    plan=", ".join(planned.plan_id.mapped("name")),
                )
            )

    @api.model
    def _read_items(self, items):
        customer = items.partner_id.commercial_partner_id
        rows = self.env["ar.open.item"].ar_collect(items.company_id, customer)
        open_rows = [
            row
            for row in rows.get(customer.id, [])
            if row.line_id in items.ids and row.residual > 0
        ]
        wrong = items - items.browse(row.line_id for row in open_rows)
        if wrong:
            raise UserError(
                self.env._(
                    "Nothing is open on %s. Leave it out of the plan.",
                    ", ".join(line.move_name or line.display_name for line in wrong),
                )
            )
        return open_rows

    @api.model
    def _check_debt(self, debt, total, currency):
        if debt > total:
            raise UserError(
                self.env._(
                    "The plan is over %(debt)s, but only %(total)s are open. A plan cannot be "
                    "larger than the debt.",
                    debt=currency.format(float(debt)),
                    total=currency.format(float(total)),
                )
            )

    @api.model
    def _divide(self, terms, currency):
        today = self.env["ar.job.collections.plan"]._job_today(self.env.company)
        if terms.first < today:
            raise UserError(
                self.env._(
                    "The first instalment would be due on %s, which has passed. Choose a later "
                    "day.",
                    format_date(self.env, terms.first),
                )
            )
        try:
            if terms.count > MOST_INSTALMENTS:
                raise ValueError(terms.count)
            return divide(terms, Decimal(str(currency.rounding)))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be divided into %(count)d instalments. Choose between 1 "
                    "and %(most)d, an amount above zero and no negative interest.",
                    amount=currency.format(float(terms.debt)),
                    count=terms.count,
                    most=MOST_INSTALMENTS,
                )
            ) from error

    @api.model
    def _prepare_instalments(self, instalments):
        return [
            Command.create(
                {
                    "number": each.number,
                    "date": each.date,
                    "principal": float(each.principal),
                    "interest": float(each.interest),
                    "amount": float(each.amount),
                }
            )
            for each in instalments
        ]

    @api.model
    def _prepare_items(self, rows):
        return [
            Command.create(
                {
                    "move_line_id": row.line_id,
                    "due_date": row.due_date,
                    "open_amount": float(row.residual),
                }
            )
            for row in rows
        ]

    def _check_still_owed(self):
        items = self.item_ids.move_line_id
        still = sum(self._to_decimal(item.amount_residual_currency) for item in items)
        if still < self._to_decimal(self.debt):
            raise UserError(
                self.env._(
                    "Only %(open)s of the plan's %(debt)s are still open. Make a new plan.",
                    open=self.currency_id.format(float(still)),
                    debt=self.currency_id.format(self.debt),
                )
            )
        for row in self.item_ids:
            row.open_amount = row.move_line_id.amount_residual_currency

    def _replace_promises(self):
        self.env["ar.promise"]._replace_open(self.item_ids.move_line_id.ids)

    # --- interest

    def _invoice_interest(self):
        """Invoice the plan's interest, without taxes: compensation for waiting is no sale."""
        if self.currency_id.is_zero(self.interest):
            return
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_origin": self.name,
                "invoice_payment_term_id": False,
                "invoice_date_due": self.instalment_ids[-1:].date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.env._("Interest of payment plan %s", self.name),
                            "quantity": 1,
                            "price_unit": self.interest,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        self.interest_move_id = invoice
        invoice._post(soft=False)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.env["ar.payment.plan.item"].create(
            [
                {
                    "plan_id": self.id,
                    "move_line_id": line.id,
                    "due_date": line.date_maturity,
                    "open_amount": line.amount_currency,
                    "is_interest": True,
                }
                for line in receivable
            ]
        )

    def _credit_interest(self):
        """Take back the interest of a plan that ended, unless something was paid on it."""
        invoice = self.interest_move_id
        if not invoice or invoice.payment_state != "not_paid":
            return
        invoice._reverse_moves(
            [
                {
                    "date": self.ended_date,
                    "invoice_date": self.ended_date,
                    "ref": self.env._("Payment plan %s ended", self.name),
                }
            ],
            cancel=True,
        )
