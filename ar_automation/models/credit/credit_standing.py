"""Where customers stand in a company: what they owe, what they may owe, and by which policy."""

from decimal import Decimal
from typing import Any, NamedTuple

from ...engine.credit.check import LimitLevel, available_credit
from ...engine.credit.exposure import Exposure
from .credit_groups import CreditGroups
from .credit_limits import CreditLimits
from .exposure_query import ExposureQuery


class CreditStanding(NamedTuple):
    """One customer in one company, amounts in the company's currency.

    ``limit`` is the customer's own: zero if there is none, None if it is in a currency
    that has no rate. ``levels`` are all limits that the customer stands under. ``score`` is
    looked up where the policy gives instant credit, ``is_unrated`` where it holds customers
    whose rating cannot be fetched.
    """

    policy: Any
    exposure: Exposure
    owed: Decimal
    limit: Decimal | None
    levels: tuple[LimitLevel, ...]
    score: int | None = None
    is_unrated: bool = False

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
        self.policies = self.env["ar.credit.policy"].sudo()._of_company(company)
        self.query = ExposureQuery(
            company, day, late_after_days=self.policies.mapped("overdue_days")
        )
        self.limits = CreditLimits(company, day)
        self.groups = CreditGroups(company, day)

    def collect(self, partners=None):
        """Standings per commercial partner.

        :param res.partner partners: of whom; everybody who owes something if None.
        :return: ``{commercial partner id: CreditStanding}``.
        """
        customers = self._load(partners)
        self.groups.load_abroad()
        chosen = self.policies._pick_by_customer(customers)
        # what is asked for each of thousands of customers goes by ids, not by records
        policy_ids = {customer_id: policy.id for customer_id, policy in chosen.items()}
        days = {policy.id: policy.overdue_days for policy in self.policies}
        exposures = self.query.exposures(
            {customer_id: days[policy_id] for customer_id, policy_id in policy_ids.items()}
        )
        self.limits.load(customers, self.policies, self.groups.groups.ids)
        default = self.policies.filtered("is_default")
        levels = self.groups.levels(exposures, self.limits, default)
        self._judge(policy_ids)
        rules = {policy.id: (policy, policy._prepare_counted()) for policy in self.policies}
        return {
            customer_id: self._prepare(
                customer_id, *rules[policy_id], exposures[customer_id], levels
            )
            for customer_id, policy_id in policy_ids.items()
        }

    def _judge(self, policy_ids):
        """Look scores and missing ratings up, of those alone whose policies ask for them."""
        instant = self._of_policies(policy_ids, self.policies.filtered("instant_credit"))
        strict = self._of_policies(
            policy_ids, self.policies.filtered(lambda policy: policy.when_unrated == "hold")
        )
        self._scores = instant._ar_get_scores(self.company) if instant else {}
        self._unrated = strict._ar_get_unrated_ids(self.company) if strict else set()

    def _of_policies(self, policy_ids, policies):
        """The customers that have one of these policies."""
        wanted = {*policies.ids}
        return self._customers(
            customer_id
            for customer_id, policy_id in policy_ids.items()
            if wanted and policy_id in wanted
        )

    def _load(self, partners):
        """Fetch what is owed by the customers and by all who share a limit with them."""
        if partners is None:
            self.groups.load()
            customers = self._customers(self.query.load())
        else:
            customers = self._customers(self.query.find_commercial(partners.ids).values())
            self.groups.load(customers.ids)
            self.query.load({*customers.ids} | self.groups.member_ids)
        return customers

    def _customers(self, ids):
        return self.env["res.partner"].sudo().with_company(self.company).browse({*ids})

    def _prepare(self, customer_id, policy, counted, exposure, levels):
        group_ids = self.groups.groups_of.get(customer_id, ())
        shared = tuple([levels[group_id] for group_id in group_ids if group_id in levels])
        owed = self.query.units.decimal(exposure.total(counted))
        limit = self.limits.of_customer(customer_id, policy, exposure, in_group=bool(shared))
        own = LimitLevel(owed, limit)
        return CreditStanding(
            policy,
            exposure,
            owed,
            limit,
            (own, *shared),
            self._scores.get(customer_id),
            customer_id in self._unrated,
        )


class GroupQuery(StandingQuery):
    """Collects what the members of credit groups owe together, and the groups' limits."""

    def collect(self, group_ids):
        """Limits and exposures of groups.

        :return: ``{group id: LimitLevel}`` with an entry for every id.
        """
        self.groups.load(group_ids=group_ids)
        self.query.load(self.groups.member_ids)
        self.groups.load_abroad()
        default = self.policies.filtered("is_default")
        self.limits.load(self.env["res.partner"].sudo(), default, group_ids)
        levels = self.groups.levels(
            self.query.exposures(), self.limits, default, with_unlimited=True
        )
        return {group_id: levels[group_id] for group_id in group_ids}
