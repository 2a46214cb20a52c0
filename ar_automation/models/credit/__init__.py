"""Who may buy on credit, how much, and why an order is held.

Public methods that other areas call:

* ``res.partner``: ``ar_get_exposure(partners, company, date=None)`` says what customers
  owe a company, by component.
* ``ar.credit.policy``: ``ar_get_policy(company)`` is the policy of a company.
* ``sale.order``: ``ar_release_credit(reason)`` and ``ar_reject_credit(reason)`` decide
  orders on hold, ``ar_count_on_hold(company)`` counts them.
"""

from . import (
    ar_credit_policy,
    ar_dashboard,
    ar_job_credit_recheck,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
    sale_order_evidence,
    sale_order_guard,
    sale_order_line,
)
