"""Aging as of any date, days sales outstanding, the dashboard and key figures over time.

Public methods that other areas call:

* ``ar.aging``: ``ar_get_aging(company, date, partners=None)`` returns the buckets per
  customer as of any date; ``ar_action_open_items(company_id, date, …)`` opens the items
  behind a figure.
* ``ar.kpi``: ``ar_get_dso(company, date)`` returns the countback DSO,
  ``ar_get_series(company, dates)`` the figures for many dates at the cost of one.
* ``ar.dashboard``: extend ``_prepare_tiles(company, date)`` to add an area's tiles.
"""

# before the models that inherit it
from . import ar_report_access  # isort: skip
from . import (
    account_partial_reconcile,
    ar_aging,
    ar_aging_item,
    ar_dashboard,
    ar_job_reporting_snapshot,
    ar_kpi,
    ar_kpi_snapshot,
    digest_digest,
)
