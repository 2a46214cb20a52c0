"""From what was read about a customer to the facts that are scored and warned about."""

from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from ...engine.credit.early_warning import OpenLate
from ...engine.credit.payment_model import Habit, InvoiceFacts, Payment, Unpaid
from .behaviour_query import Orders, Turnover

# overdue for more days: another bucket of the aging
BUCKETS = (0, 30, 60, 90, 120)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One customer until one day, in company currency.

    :ivar facts: ``{code: number}`` as a scorecard's rules know them; None is *not known*.
    :ivar paid_count: invoices paid in the last 24 months.
    :ivar late_count: those of them that were paid late.
    :ivar open_late: overdue invoices beside the customer's habit.
    :ivar forecast: of an invoice like the customer's last, written today.
    """

    facts: dict
    turnover: Turnover = field(default_factory=Turnover)
    orders: Orders = field(default_factory=Orders)
    paid_count: int = 0
    late_count: int = 0
    open_late: tuple = ()
    forecast: object = None
    usual_late: float = 0.0

    @property
    def overdue_bucket(self):
        """Which bucket of the aging the oldest overdue item is in; 0 when none is overdue."""
        return sum(self.facts["worst_overdue"] > limit for limit in BUCKETS)


class BehaviourReader:
    """Puts together what the statements found for one customer after the other."""

    def __init__(self, query, model):
        self.day = query.day
        # less than this is a rounding difference of binary fractions
        self.smallest = query.company.currency_id.rounding / 2
        self.model = model
        self.items = query.collect_items()
        self.turnover = query.collect_turnover()
        self.orders = query.collect_orders()
        self.bounced = query.collect_bounced()

    def describe(self, customer_id, disputed_ids=frozenset()):
        """The behaviour of one customer.

        :param disputed_ids: items that were disputed.
        """
        items = self.items.get(customer_id, [])
        turnover = self.turnover.get(customer_id, Turnover())
        payments, habit = self._learn(items, disputed_ids)
        facts = {
            **self._payment_facts(items),
            "disputes": _share([item.item_id in disputed_ids for item in items]),
            "bounced_payments": float(self.bounced.get(customer_id, 0)),
            "tenure": self._months_since(turnover.first_date),
            "turnover_trend": _trend(turnover.recent, turnover.before),
        }
        return Behaviour(
            facts,
            turnover,
            self.orders.get(customer_id, Orders()),
            len(payments),
            sum(payment.late > 0 for payment in payments),
            tuple(self._find_late(items, habit)),
            self._forecast_next(items, habit) if items else None,
            habit.usual() + (self.model.intercept if habit.count else 0.0),
        )

    def _learn(self, items, disputed_ids):
        payments = [
            Payment(
                (item.settled_date - item.due_date).days,
                item.settled_date,
                self._facts_of(item).features(),
                item.item_id in disputed_ids,
            )
            for item in items
            if item.paid and not self._is_open(item)
        ]
        habit = Habit(self.model)
        for payment in sorted(payments, key=lambda payment: payment.paid_date):
            habit.learn(payment)
        return payments, habit

    def _forecast_next(self, items, habit):
        """What an invoice like the last one would do; unpaid ones speak as well."""
        unpaid = [
            Unpaid((self.day - item.due_date).days, self._facts_of(item).features())
            for item in items
            if self._is_open(item)
        ]
        features = self._facts_of(items[-1]).features()
        return habit.with_unpaid(unpaid, self.day).forecast(features, self.day)

    def _facts_of(self, item):
        return InvoiceFacts(0, item.invoice_date, item.due_date, item.amount, item.is_electronic)

    def _payment_facts(self, items):
        year, half = (self.day - relativedelta(months=months) for months in (12, 6))
        last_year = [item for item in items if item.due_date > year]
        recent = self._days_late([item for item in last_year if item.due_date > half])
        before = self._days_late([item for item in last_year if item.due_date <= half])
        due = sum(item.paid + max(item.residual, 0.0) for item in self._due(last_year))
        late = sum(
            item.paid_late + (item.residual if self._is_overdue(item) else 0.0)
            for item in last_year
        )
        worst = max(
            ((self.day - item.due_date).days for item in items if self._is_overdue(item)),
            default=0,
        )
        written_off = sum(item.written_off for item in last_year)
        invoiced = sum(item.amount for item in last_year)
        return {
            "days_late": self._days_late(last_year),
            "days_late_trend": None if None in (recent, before) else round(recent - before, 1),
            "share_late": round(100 * late / due, 1) if due else None,
            "worst_overdue": float(worst),
            "write_offs": round(100 * written_off / invoiced, 2) if invoiced else None,
        }

    def _days_late(self, items):
        """Amount-weighted days beyond terms of what was paid and of what is overdue."""
        weight = days = 0.0
        for item in items:
            weight += item.paid
            days += item.weighted
            if self._is_overdue(item):
                weight += item.residual
                days += item.residual * (self.day - item.due_date).days
        return round(days / weight, 1) if weight else None

    def _due(self, items):
        return [item for item in items if item.due_date < self.day or not self._is_open(item)]

    def _is_open(self, item):
        return item.residual > self.smallest

    def _is_overdue(self, item):
        return self._is_open(item) and item.due_date < self.day

    def _find_late(self, items, habit):
        for item in items:
            if self._is_overdue(item):
                usual = self.model.general(self._facts_of(item).features()) + habit.usual()
                late = (self.day - item.due_date).days
                yield OpenLate(item.item_id, item.name, late, usual, habit.spread())

    def _months_since(self, first_date):
        return round((self.day - first_date).days / 30.44, 1) if first_date else 0.0


def _share(flags):
    return round(100 * sum(flags) / len(flags), 1) if flags else None


def _trend(recent, before):
    """Change from the half-year before to the last one, in percent."""
    return round(100 * (recent - before) / before, 1) if before > 0 else None
