"""Chase what is late: dunning policies, runs, reminders, holds, statements of account.

Public methods that other areas call:

* ``ar.dunning.run``: ``ar_run(company, date=None, dry_run=False)`` decides, writes and
  sends the reminders of a day, or shows what it would send.
* ``ar.open.item``: ``ar_collect(company, partners, at=None)`` reads open receivable items
  per customer, as they are or as they were on a day.
* ``res.partner``: ``ar_hold_dunning(company, reason, until=None)``,
  ``ar_release_dunning(company)``, ``ar_get_dunning_contact()``,
  ``ar_render_statement(company, date=None)``.
* ``ar.dunning.notice``: ``ar_cancel(reason)`` takes back reminders that were not sent.
"""

from . import (
    account_move,
    ar_dashboard,
    ar_dunning_level,
    ar_dunning_notice,
    ar_dunning_notice_line,
    ar_dunning_policy,
    ar_dunning_run,
    ar_job_collections_delivery,
    ar_job_collections_dunning,
    ar_open_item,
    ar_statement_report,
    res_company,
    res_config_settings,
    res_partner,
)
