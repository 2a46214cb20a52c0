"""Finds the limits that hold on a day, in the company's currency."""

from ...engine.credit.exposure import ZERO
from .exposure_query import ExposureQuery


class CreditLimits:
    """The limits of customers in a company on one day.

    A customer's limit is Odoo's own credit limit, else the limit of its policy.

    :param res.company company: in whose currency.
    :param datetime.date day: at whose rates.
    """

    def __init__(self, company, day):
        self.env = company.env
        self.company = company
        self.query = ExposureQuery(company, day)
        self._rated = self.env["res.currency"]

    def load(self, customers, policies):
        """Fetch what the limits of these customers depend on, in a constant number of queries."""
        customers.fetch(["credit_limit"])
        currencies = self.env["ar.credit.policy"].union(*policies.values()).limit_currency_id
        self._rated = currencies.sudo()._ar_with_rate(self.company)
        self.query.load_rates(set(currencies.ids))

    def of_customer(self, customer, policy, exposure):
        """The customer's own limit; zero if there is none, None if it cannot be converted."""
        limit = self._convert(customer.credit_limit, self.company.currency_id)
        if not limit and policy.limit_amount:
            limit = self._convert(policy.limit_amount, policy.limit_currency_id)
        if limit and policy.instrument_effect == "limit":
            limit += exposure.covered
        return limit

    def _convert(self, amount, currency):
        if currency not in self._rated | self.company.currency_id:
            return None
        return self.query.money(self.query.to_company(amount, currency.id)) if amount else ZERO
