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
* ``account.move.line``: ``ar_interest(date=None)`` counts the late interest of open and paid
  items until a day, stretch by stretch.
* ``ar.late.fee``: ``ar_charge(date=None)`` and ``ar_waive(reason)`` end what is accrued.
* ``ar.late.fee.policy``: ``ar_get_policy(company)`` says what a company claims, and how.
"""

from . import (
    account_move,
    account_move_late_fee,
    account_move_line,
    ar_dashboard,
    ar_dunning_level,
    ar_dunning_level_fee,
    ar_dunning_notice,
    ar_dunning_notice_fee,
    ar_dunning_notice_line,
    ar_dunning_policy,
    ar_dunning_run,
    ar_interest_fixed_sum,
    ar_interest_rate,
    ar_interest_regime,
    ar_job_collections_delivery,
    ar_job_collections_dunning,
    ar_job_collections_late_fees,
    ar_late_fee,
    ar_late_fee_policy,
    ar_open_item,
    ar_statement_report,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_late_fee,
)
