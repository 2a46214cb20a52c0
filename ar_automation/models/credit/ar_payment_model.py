from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.credit.payment_backtest import PastInvoice
from ...engine.credit.payment_fit import TooFewInvoicesError, fit_and_test
from ...engine.credit.payment_model import (
    COEFFICIENTS,
    Habit,
    InvoiceFacts,
    Payment,
    PaymentModel,
    Unpaid,
)
from .behaviour_query import BehaviourQuery

GENERAL = [
    "intercept", "dispute_cost", "dispute_share", "dispute_amount", "spread", "habit_pull",
    "dispute_pull", "spread_pull", "half_life",
]  # fmt: skip
BATCH = 500


class ArPaymentModel(models.Model):
    """The coefficients by which a company forecasts payments; see ``engine/credit/payment_model``.

    They start with careful guesses. A button fits them to the company's own history.
    """

    _name = "ar.payment.model"
    _description = "Payment forecast"
    _inherit = ["ar.company.policy", "mail.thread"]

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Payment forecast")
    )
    intercept = fields.Float(
        "Constant (days)", tracking=True, help="Days late of customers in general."
    )
    electronic = fields.Float(
        "Electronic (days)",
        default=-4.0,
        tracking=True,
        help="What sending an invoice electronically instead of by post adds to the days until it "
        "is paid; negative when it is paid sooner.",
    )
    amount = fields.Float(
        "Amount x 10 (days)", tracking=True, help="Days added by an amount ten times as large."
    )
    terms = fields.Float(
        "30 days of terms (days)", tracking=True, help="Days late added by 30 days of terms."
    )
    weekend = fields.Float("Due on a weekend (days)", tracking=True, help="Days late added by it.")
    year_end = fields.Float("Due in December (days)", tracking=True, help="Days late added by it.")
    dispute_cost = fields.Float(
        "Dispute (days)", default=14.0, tracking=True, help="Days late added by a dispute."
    )
    dispute_share = fields.Float(
        "Disputed part", default=0.1, tracking=True, help="Part of invoices that is disputed."
    )
    dispute_amount = fields.Float(
        "Dispute, amount x 10",
        default=1.0,
        tracking=True,
        help="Growth of the logarithm of the odds of a dispute with an amount ten times as large.",
    )
    spread = fields.Float(
        "Spread (days)", default=7.0, tracking=True, help="Standard deviation around a forecast."
    )
    habit_pull = fields.Float(
        "Pull of habit",
        default=0.5,
        tracking=True,
        help="As many invoices as the mean of all customers counts for beside a customer's own.",
    )
    dispute_pull = fields.Float(
        "Pull of disputes", default=2.0, tracking=True, help="The same for the chance of a dispute."
    )
    spread_pull = fields.Float(
        "Pull of spread", default=10.0, tracking=True, help="The same for the spread."
    )
    half_life = fields.Float(
        "Half-life (days)",
        default=730.0,
        tracking=True,
        help="Days after which an invoice says half as much about its customer.",
    )
    fitted_date = fields.Date(
        "Fitted on",
        readonly=True,
        tracking=True,
        help="When the coefficients were last fitted and accepted.",
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one payment forecast.")
    _in_range = models.Constraint(
        "CHECK (spread > 0 AND habit_pull > 0 AND dispute_pull > 0 AND spread_pull > 0 "
        "AND half_life > 0 AND dispute_share >= 0 AND dispute_share <= 1)",
        "Spread, pulls and half-life must be positive, the disputed part between 0 and 1.",
    )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(self.env._("Every company needs its payment forecast."))

    # === ACTION METHODS ===#

    def action_fit(self):
        """Fit the coefficients to the history and show how good they are, before accepting."""
        self.ensure_one()
        self.check_access("write")
        fit = self._fit()
        return (
            self.env["ar.payment.model.fit"]
            .create(self.env["ar.payment.model.fit"]._prepare_fit_vals(self, fit))
            ._get_records_action(name=self.env._("Fitted payment forecast"), target="new")
        )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_forecast(self, moves):
        """When open customer invoices will be paid.

        :param account.move moves: posted or draft customer invoices of one company.
        :return: ``{move id: Forecast}`` (``engine.credit.payment_model``), as of today: what is
            still unpaid today was not paid before. Moves that are no customer invoices have no
            entry.
        """
        invoices = moves.filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
        today = fields.Date.context_today(self)
        forecasts = {}
        for company, own in invoices.grouped("company_id").items():
            model = self.ar_get_policy(company).sudo()._prepare_model()
            customer_ids = own.commercial_partner_id.ids
            found = BehaviourQuery(company, today, customer_ids).collect_items()
            habits = self._prepare_habits(company, today, found, model)
            unpaid = self._prepare_unpaid(company, today, found)
            for move in own:
                customer_id = move.commercial_partner_id.id
                others = {**unpaid.get(customer_id, {})}
                for line_id in move.line_ids.ids:
                    others.pop(line_id, None)
                habit = habits.get(customer_id) or Habit(model)
                forecasts[move.id] = self._forecast(move, habit, others.values(), today)
        return forecasts

    def _forecast(self, move, habit, others, today):
        """Forecast of one invoice from its customer's habit and other unpaid invoices."""
        day = move.invoice_date or today
        due = move.invoice_date_due or day
        facts = InvoiceFacts(0, day, due, abs(move.amount_total_signed), True)
        is_open = move.state == "posted" and move.amount_residual
        return habit.with_unpaid(others, today).forecast(
            facts.features(), today, (today - due).days if is_open else None
        )

    # === ENGINE FACTS ===#

    def _prepare_model(self):
        """The model as the engine wants it."""
        self.ensure_one()
        return PaymentModel(
            coefficients={name: self[name] for name in COEFFICIENTS},
            **{name: self[name] for name in GENERAL},
        )

    @api.model
    def _prepare_coefficient_vals(self, model):
        """Field values of a fitted model."""
        values = {name: getattr(model, name) for name in GENERAL}
        return {**values, **{name: model.coefficients.get(name, 0.0) for name in COEFFICIENTS}}

    def _prepare_habits(self, company, day, found, model):
        habits = {}
        for invoice in self._prepare_history(company, day, found):
            habit = habits.setdefault(invoice.facts.customer, Habit(model))
            habit.learn(invoice.payment)
        return habits

    def _prepare_unpaid(self, company, day, found):
        """Open items: ``{customer id: {item id: Unpaid}}``."""
        smallest = company.currency_id.rounding / 2
        return {
            customer_id: {
                item.item_id: Unpaid(
                    (day - item.due_date).days, self._facts_of(customer_id, item).features()
                )
                for item in items
                if item.residual > smallest
            }
            for customer_id, items in found.items()
        }

    @api.model
    def _prepare_history(self, company, day, found):
        """Paid invoices in the order of their payments.

        :param dict found: ``{customer id: [Item, …]}`` (``behaviour_query``).
        """
        smallest = company.currency_id.rounding / 2
        disputed = self.env["ar.credit.review"]._prepare_disputed_ids(company, day, list(found))
        history = []
        for customer_id, items in found.items():
            for item in items:
                if not item.paid or item.residual > smallest:
                    continue
                facts = self._facts_of(customer_id, item)
                late = (item.settled_date - item.due_date).days
                payment = Payment(
                    late, item.settled_date, facts.features(), item.item_id in disputed
                )
                history.append(PastInvoice(facts, payment))
        return sorted(history, key=lambda invoice: invoice.payment.paid_date)

    @staticmethod
    def _facts_of(customer_id, item):
        return InvoiceFacts(
            customer_id, item.invoice_date, item.due_date, item.amount, item.is_electronic
        )

    def _fit(self):
        """Fit to the invoices of the last 24 months."""
        today = fields.Date.context_today(self)
        customers = self.env["res.partner"].sudo()._ar_search_credit_customers(self.company_id)
        history = []
        for start in range(0, len(customers), BATCH):
            ids = customers[start : start + BATCH]
            found = BehaviourQuery(self.company_id, today, ids).collect_items()
            history += self.sudo()._prepare_history(self.company_id, today, found)
        try:
            return fit_and_test(history, self._prepare_model())
        except TooFewInvoicesError as error:
            raise UserError(
                self.env._(
                    "%(company)s has too short a history to learn from: the earlier part holds "
                    "%(invoices)d paid invoices of %(customers)d customers, of the last 24 months. "
                    "It takes 100 invoices of 10 customers. Until then the coefficients stay.",
                    company=self.company_id.name,
                    invoices=error.invoices,
                    customers=error.customers,
                )
            ) from error
