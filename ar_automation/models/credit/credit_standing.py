"""Where customers stand in a company: what they owe, what they may owe, and by which policy."""

from decimal import Decimal
from typing import Any, NamedTuple

from ...engine.credit.check import LimitLevel, available_credit
from ...engine.credit.exposure import Exposure
from .credit_limits import CreditLimits
from .exposure_query import ExposureQuery


class CreditStanding(NamedTuple):
    """One customer in one company, amounts in the company's currency.

    ``limit`` is the customer's own: zero if there is none, None if it is in a currency
    that has no rate. ``levels`` are all limits that the customer stands under.
    """

    policy: Any
    exposure: Exposure
    owed: Decimal
    limit: Decimal | None
    levels: tuple[LimitLevel, ...]

    @property
    def available(self):
        """What the customer may still buy; None if it stands under no limit."""
        return available_credit(self.levels)

    @property
    def is_over_limit(self):
        """Whether one of the limits is exceeded."""
        return self.available is not None and self.available < 0


class StandingQuery:
    """Collects standings of any number of customers with a constant number of queries.

    :param res.company company: where.
    :param datetime.date day: as of when, see :class:`ExposureQuery`.
    """

    def __init__(self, company, day):
        self.env = company.env
        self.company = company
        self.day = day

    def collect(self, partners=None):
        """Standings per commercial partner.

        :param res.partner partners: of whom; everybody who owes something if None.
        :return: ``{commercial partner id: CreditStanding}``.
        """
        late_days = self.env["ar.credit.policy"].sudo()._get_late_days(self.company)
        query = ExposureQuery(self.company, self.day, late_after_days=late_days)
        ids = query.load(None if partners is None else self._customers(partners).ids)
        customers = self._customers(self.env["res.partner"].browse(ids))
        policies = self.env["ar.credit.policy"].sudo().ar_get_policies(customers, self.company)
        exposures = query.exposures(
            {customer_id: policy.overdue_days for customer_id, policy in policies.items()}
        )
        limits = CreditLimits(self.company, self.day)
        limits.load(customers, policies)
        return {
            customer.id: self._prepare(customer, policies[customer.id], exposures, limits)
            for customer in customers
        }

    def _customers(self, partners):
        return partners.sudo().with_company(self.company).commercial_partner_id

    def _prepare(self, customer, policy, exposures, limits):
        exposure = exposures[customer.id]
        owed = exposure.total(policy._prepare_counted())
        limit = limits.of_customer(customer, policy, exposure)
        return CreditStanding(policy, exposure, owed, limit, (LimitLevel(owed, limit),))
