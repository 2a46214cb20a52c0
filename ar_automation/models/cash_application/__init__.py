"""Cash application: which open items a payment settles, booked where sure, else proposed.

Public methods that other areas call:

* ``account.bank.statement.line``: ``ar_apply_cash()``, ``ar_book(proposal)``, ``ar_unbook()``,
  ``ar_book_by_hand(items, rest=…)``, ``ar_count_to_match(company)``,
  ``ar_get_waiting_receipts(company, partners)``; for lines that are being created
  ``ar_foresee(vals_list)``, ``ar_settle(foreseen)`` and ``ar_apply_what_goes()``.
* ``ar.cash.policy``: ``ar_get_policy(company)``, ``ar_get_account(action)``.
* ``ar.credit.application``: ``ar_apply_credits(partners, company)``.
* ``ar.credit.refund``: ``ar_request(credits, reason)``, ``ar_find_reserved(credits)``.
* ``ar.workbench``: what the screen *Payments to match* needs.
* ``ar.remittance``: ``ar_receive(company, partner, content, filename, source)``; hook
  ``_ar_open_deduction(line)`` on ``ar.remittance.line``.
* ``ar.match.memory``: ``ar_get_tolerance_habits(company, partners)``.
"""

from . import (
    account_bank_statement_line,
    account_journal,
    account_move,
    account_move_line,
    account_move_payments,
    account_payment,
    account_reconcile_model,
    account_reconcile_model_line,
    ar_cash_policy,
    ar_credit_application,
    ar_credit_refund,
    ar_dashboard,
    ar_job_cash_application,
    ar_job_credits,
    ar_job_receipts,
    ar_match_memory,
    ar_match_proposal,
    ar_match_report,
    ar_remittance,
    ar_remittance_line,
    ar_unapplied_cash,
    ar_workbench,
    ar_workbench_choices,
    res_company,
    res_company_remittance,
    res_config_settings,
    res_config_settings_remittance,
    res_partner,
    sale_order,
    statement_line_booking,
    statement_line_by_hand,
    statement_line_facts,
    statement_line_foresight,
)

# isort: split
# what goes beyond open items: learnt from before, asked after the matching
from . import (
    statement_line_learning,
    statement_line_receipt,
    statement_line_remittance,
    statement_line_rules,
)
