"""Finds the credit groups that customers belong to, and who else belongs to them."""

from collections import defaultdict

from odoo.tools import SQL

from ...engine.credit.check import LimitLevel
from ...engine.credit.exposure import Exposure, add_exposures
from .currency_units import CurrencyUnits
from .exposure_query import ExposureQuery

MODELS = ("ar.credit.group", "res.partner")


class CreditGroups:
    """The groups that count in a company, their members and what these owe together.

    A group counts in the companies of its own company's tree, or everywhere if it is across
    companies. Members of a group are members of all groups above it. Archived members count:
    what they owe is owed.

    :param res.company company: where, and in whose currency.
    :param datetime.date day: as of when.
    """

    def __init__(self, company, day):
        self.env = company.env
        self.company = company
        self.day = day
        self.groups = self.env["ar.credit.group"].sudo()
        self.groups_of = defaultdict(list)
        self._members = defaultdict(set)
        self._abroad = {}
        self._units = CurrencyUnits(company.sudo().currency_id)

    def load(self, customer_ids=None, group_ids=None):
        """Fetch groups and their members, in two queries; by customers, by groups, or all."""
        if not self.groups._is_used():
            return
        for model in MODELS:
            self.env[model].flush_model()
        for customer_id, group_id in self.env.execute_query(
            self._statement(customer_ids, group_ids)
        ):
            self.groups_of[customer_id].append(group_id)
        found = {group_id for ids in self.groups_of.values() for group_id in ids}
        found.update(group_ids or ())
        self.groups = self.groups.browse(sorted(found))
        rows = self.env.execute_query(self._statement(None, found)) if found else ()
        for customer_id, group_id in rows:
            self._members[group_id].add(customer_id)

    def _statement(self, customer_ids, group_ids):
        """Rows of customer and group, the groups above included."""
        conditions = [SQL("TRUE")]
        if customer_ids is not None:
            conditions.append(SQL("p.commercial_partner_id = ANY(%s)", list(customer_ids)))
        if group_ids is not None:
            conditions.append(SQL("upper.id = ANY(%s)", list(group_ids)))
        return SQL(
            """
            SELECT DISTINCT p.commercial_partner_id, upper.id
              FROM ar_credit_group_member_rel rel
              JOIN res_partner p ON p.id = rel.partner_id
              JOIN ar_credit_group g ON g.id = rel.group_id AND g.active
              JOIN ar_credit_group upper ON g.parent_path LIKE upper.parent_path || '%%'
              JOIN res_company c ON c.id = upper.company_id
             WHERE upper.active AND (upper.is_across_companies OR c.parent_path LIKE %s) AND %s
            """,
            f"{self.company.sudo().root_id.id}/%",
            SQL(" AND ").join(conditions),
        )

    @property
    def member_ids(self):
        """Ids of all members of the groups."""
        return set().union(*self._members.values())

    def load_abroad(self):
        """Fetch what members owe to all companies, if one of the groups is across companies."""
        across = self.groups.filtered("is_across_companies")
        ids = set().union(*(self._members[group.id] for group in across))
        query = ExposureQuery(self.company, self.day, all_companies=True)
        self._abroad = query.collect(ids)

    def exposure(self, group, exposures):
        """What the members owe together.

        :param dict exposures: of the members, in the company's tree.
        """
        known = self._abroad if group.is_across_companies else exposures
        nothing = Exposure()
        return add_exposures(known.get(member_id, nothing) for member_id in self._members[group.id])

    def levels(self, exposures, limits, default_policy, *, with_unlimited=False):
        """The limits of the groups, by group id.

        :param CreditLimits limits: loaded for these groups.
        :param bool with_unlimited: groups without a limit, too.
        """
        found = {}
        for group in self.groups:
            limit = limits.of_group(group.id)
            if limit is None or limit or with_unlimited:
                policy = group.policy_id or default_policy
                exposure = self.exposure(group, exposures)
                if limit and policy.instrument_effect == "limit":
                    limit += self._units.decimal(exposure.covered)
                owed = exposure.total(policy._prepare_counted())
                found[group.id] = LimitLevel(self._units.decimal(owed), limit, group.name)
        return found
