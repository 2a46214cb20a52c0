"""Finds the limits that hold on a day, in the company's currency."""

from odoo.tools import SQL
from odoo.tools.constants import PREFETCH_MAX

from ...engine.credit.exposure import ZERO
from .exposure_query import ExposureQuery
from .exposure_statements import array


class CreditLimits:
    """The limits of customers and credit groups in a company on one day.

    A customer's limit is the one that was given to it and holds on the day, else Odoo's own
    credit limit, else the limit of its policy. Of several that hold a temporary one goes
    before a lasting one, and the later before the earlier.

    :param res.company company: in whose currency.
    :param datetime.date day: at whose rates.
    """

    def __init__(self, company, day):
        self.env = company.env
        self.company = company
        self.day = day
        self._own_id = company.sudo().currency_id.id
        self.query = ExposureQuery(company, day)
        self._rated_ids = set()
        self._converted = {}
        self._of_partner = {}
        self._of_group = {}
        self._in_core = {}
        self._fallback = 0.0

    def load(self, customers, policies, group_ids=()):
        """Fetch what limits depend on, in a constant number of queries.

        :param res.partner customers: whose limits.
        :param ar.credit.policy policies: all policies of these customers.
        :param group_ids: of which credit groups besides.
        """
        self._fallback = customers._fields["credit_limit"].get_company_dependent_fallback(customers)
        self._in_core = self._find_in_core(customers)
        given = self.find_current(customers.ids, group_ids)
        self._of_partner = {row["partner_id"]: row for row in given.values() if row["partner_id"]}
        self._of_group = {row["group_id"]: row for row in given.values() if row["group_id"]}
        currency_ids = {row["currency_id"] for row in given.values()}
        currency_ids.update(policies.limit_currency_id.ids)
        currencies = self.env["res.currency"].sudo().browse(currency_ids)
        self._rated_ids = {*currencies._ar_with_rate(self.company.sudo()).ids}
        self.query.load_rates(currency_ids)

    def _find_in_core(self, customers):
        """Odoo's own credit limit of each customer; of many only where it is a limit of its own."""
        if len(customers) <= PREFETCH_MAX:  # read already, as those of an order are, or at once
            return {customer.id: customer.credit_limit for customer in customers}
        customers.flush_model(["credit_limit"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT id, (credit_limit->>%(company)s)::numeric FROM res_partner
                        WHERE id = ANY(%(ids)s) AND credit_limit->>%(company)s IS NOT NULL""",
                    company=str(self.company.id),
                    ids=array(customers.ids),
                )
            )
        )

    def find_current(self, partner_ids, group_ids):
        """The limit that holds for each customer and group.

        :return: ``{limit id: row}``.
        """
        self.env["ar.credit.limit"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (partner_id, group_id)
                       id, partner_id, group_id, amount, currency_id
                  FROM ar_credit_limit
                 WHERE NOT COALESCE(is_revoked, FALSE) AND valid_from <= %(day)s
                   AND (valid_until IS NULL OR valid_until >= %(day)s)
                   AND (partner_id = ANY(%(partners)s) AND company_id = %(company)s
                        OR group_id = ANY(%(groups)s))
              ORDER BY partner_id, group_id, valid_until IS NULL, valid_from DESC, id DESC
                """,
                day=self.day,
                partners=array(partner_ids),
                groups=array(group_ids),
                company=self.company.id,
            )
        )
        return {row["id"]: row for row in rows}

    def of_customer(self, customer_id, policy, exposure, *, in_group=False):
        """The customer's own limit; zero if there is none, None if it cannot be converted.

        :param bool in_group: the limit of a group takes the place of the policy's and the
            company's limit for everybody; one that the customer was given stays.
        """
        limit = self.of_record(customer_id)
        if limit == ZERO and customer_id not in self._of_partner:
            limit = self._without_record(customer_id, policy, in_group)
        if limit and exposure.covered and policy.instrument_effect == "limit":
            limit += self.query.units.decimal(exposure.covered)
        return limit

    def of_record(self, partner_id):
        """The limit that the customer was given; zero if none was, None without a rate."""
        return self._convert_row(self._of_partner.get(partner_id))

    def for_core(self, partner_id):
        """What Odoo's own credit limit is to be: the company's for everybody if none was given."""
        if partner_id not in self._of_partner:
            return self._convert(self._fallback, self._own_id)
        return self.of_record(partner_id)

    def of_group(self, group_id):
        """The limit of a credit group; zero if it has none, None without a rate."""
        return self._convert_row(self._of_group.get(group_id))

    def _without_record(self, customer_id, policy, in_group):
        own = self._in_core.get(customer_id, self._fallback)
        if own and not (in_group and own == self._fallback):
            return self._convert(own, self._own_id)
        return ZERO if in_group else self._convert(policy.limit_amount, policy.limit_currency_id.id)

    def _convert_row(self, row):
        return self._convert(row["amount"], row["currency_id"]) if row else ZERO

    def _convert(self, amount, currency_id):
        if not amount:
            return ZERO
        if currency_id != self._own_id and currency_id not in self._rated_ids:
            return None
        known = self._converted.get((amount, currency_id))
        if known is None:  # many have the same round limit
            known = self.query.units.round(self.query.to_company(amount, currency_id))
            self._converted[amount, currency_id] = known
        return known
