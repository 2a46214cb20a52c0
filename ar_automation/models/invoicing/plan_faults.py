"""What keeps a plan from being billed, told in words before anything is created."""

from odoo.tools import format_date

from ...exceptions import ArError


class PlanFaults:
    """Checks plans of one batch; facts are read once for all of them."""

    def __init__(self, plans, date):
        self.env, self.date = plans.env, date
        self.company = plans.company_id[:1]
        self.journal = self._default_journal()
        self.rated = self._rated_currencies(plans.currency_id)
        self.locks = {}

    def check_plan(self, plan):
        """Check what does not depend on the period.

        :raises ArError: the first fault.
        """
        self._check_customer(plan)
        self._check_journal(plan)
        self._check_currency(plan)

    def check_periods(self, plan, due):
        """Check the lines that are charged, and the days of the invoices.

        :raises ArError: the first fault.
        """
        charged = {charge.key for item in due for charge in item.charges}
        lines = plan.line_ids.filtered(lambda line: line.id in charged)
        self._check_lines(plan, lines)
        for item in due:
            if item.charges:
                self._check_lock(plan, plan._ar_date_of_invoice(item.due, self.date))

    # --- single checks

    def _check_customer(self, plan):
        for partner in plan.partner_id | plan.invoice_partner_id:
            if not partner.active:
                raise ArError(
                    "plan.customer_archived",
                    self.env._(
                        "The customer %(customer)s of %(plan)s is archived.",
                        customer=partner.display_name,
                        plan=plan.name,
                    ),
                    hint=self.env._("Unarchive the customer, or end the plan."),
                )

    def _check_journal(self, plan):
        journal = plan.journal_id or self.journal
        if not journal or not journal.active:
            name = journal.display_name if journal else self.env._("sales")
            raise ArError(
                "plan.journal_missing",
                self.env._(
                    "%(plan)s cannot be invoiced: the journal %(journal)s is missing or archived.",
                    plan=plan.name,
                    journal=name,
                ),
                hint=self.env._("Choose another journal on the plan."),
            )

    def _check_currency(self, plan):
        currency = plan.currency_id
        if currency not in self.rated:
            raise ArError(
                "plan.no_rate",
                self.env._(
                    "%(plan)s is in %(currency)s, for which there is no exchange rate on "
                    "%(day)s or before.",
                    plan=plan.name,
                    currency=currency.name,
                    day=format_date(self.env, self.date),
                ),
                hint=self.env._("Enter a rate under Accounting, Currencies."),
            )

    def _check_lines(self, plan, lines):
        for line in lines:
            product = line.product_id
            if not product.active:
                raise ArError(
                    "plan.product_archived",
                    self.env._(
                        "The product %(product)s of %(plan)s is archived.",
                        product=product.display_name,
                        plan=plan.name,
                    ),
                    hint=self.env._("Unarchive it, or end the line of the plan."),
                )
            if not (line.price_unit or line.is_free or line.tier_ids):
                raise ArError(
                    "plan.no_price",
                    self.env._(
                        "The line %(product)s of %(plan)s has no price.",
                        product=product.display_name,
                        plan=plan.name,
                    ),
                    hint=self.env._("Enter its price, or mark the line as free of charge."),
                )

    def _check_lock(self, plan, day):
        journal = plan.journal_id or self.journal
        key = (journal, day)
        if key not in self.locks:
            # with taxes: a locked tax return counts as well
            self.locks[key] = self.company._get_violated_lock_dates(day, True, journal)
        if self.locks[key]:
            locked_until = max(lock for lock, _field in self.locks[key])
            raise ArError(
                "plan.closed_period",
                self.env._(
                    "%(plan)s would be invoiced on %(day)s, but the books are closed until "
                    "%(locked)s.",
                    plan=plan.name,
                    day=format_date(self.env, day),
                    locked=format_date(self.env, locked_until),
                ),
                hint=self.env._(
                    "Open the period, or let late invoices carry the day they are made."
                ),
            )

    # --- facts

    def _default_journal(self):
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company),
                ("type", "=", "sale"),
            ],
            limit=1,
        )

    def _rated_currencies(self, currencies):
        own = self.company.currency_id
        rows = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [
                    ("currency_id", "in", (currencies - own).ids),
                    ("company_id", "in", (False, self.company.root_id.id)),
                    ("name", "<=", self.date),
                ],
                ["currency_id"],
            )
        )
        return own | self.env["res.currency"].union(*(currency for (currency,) in rows))
