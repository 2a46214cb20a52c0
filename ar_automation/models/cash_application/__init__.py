"""Cash application: which open items a payment settles, booked where sure, else proposed.

Public methods that other areas call:

* ``account.bank.statement.line``: ``ar_apply_cash()``, ``ar_book(proposal)``, ``ar_unbook()``,
  ``ar_book_by_hand(items, rest=…)``, ``ar_count_to_match(company)``,
  ``ar_get_waiting_receipts(company, partners)``.
* ``ar.cash.policy``: ``ar_get_policy(company)``, ``ar_get_account(action)``.
* ``ar.workbench``: what the screen *Payments to match* needs.
"""

from . import (
    account_bank_statement_line,
    account_journal,
    account_move,
    ar_cash_policy,
    ar_dashboard,
    ar_job_cash_application,
    ar_match_proposal,
    ar_match_report,
    ar_workbench,
    res_company,
    res_config_settings,
    res_partner,
    statement_line_booking,
    statement_line_by_hand,
    statement_line_facts,
)
