"""Chase what is late: dunning policies, runs, reminders, holds, statements of account.

Public methods that other areas call:

* ``ar.dunning.run``: ``ar_run(company, date=None, dry_run=False)`` decides, writes and
  sends the reminders of a day, or shows what it would send.
* ``ar.open.item``: ``ar_collect(company, partners, at=None)`` reads open receivable items
  per customer, as they are or as they were on a day.
* ``res.partner``: ``ar_hold_dunning(company, reason, until=None)``,
  ``ar_release_dunning(company)``, ``ar_get_dunning_contact()``,
  ``ar_render_statement(company, date=None)``, ``ar_get_statement_contact()``.
* ``ar.account.statement``: ``ar_queue(company, customers, terms, channel=…)`` writes statements
  of account to be sent; jobs ``ar.job.collections.statements`` and ``.statement_delivery``.
* ``account.move.line``: ``ar_interest(date=None)`` counts the late interest of open and paid
  items until a day, stretch by stretch.
* ``ar.late.fee``: ``ar_charge(date=None)`` and ``ar_waive(reason)`` end what is accrued.
* ``ar.late.fee.policy``: ``ar_get_policy(company)`` says what a company claims, and how.
* ``ar.promise``: ``ar_register(partner, date, amount, items=None)`` takes down a promise to
  pay, ``ar_judge(company, date)`` finds out whether it was kept, ``ar_withdraw(reason)``,
  ``ar_count_broken(partners, company, day)``, ``ar_get_broken_days(company, day)``.
* ``ar.payment.plan``: ``ar_propose(items, count, first, …)``, ``ar_offer()``,
  ``ar_accept(signed_by, signature=None)``, ``ar_judge(company, date)``, ``ar_cancel(reason)``.
* ``ar.collection.hold``: ``ar_hold(items, reason, until=None)`` keeps invoices out of
  reminders.
* ``ar.collection.pause``, ``ar.promise``, ``ar.payment.plan``, ``ar.collection.hold``:
  ``ar_get_paused(items, date)`` → ``{item id: (last day, sentence)}``; the first of them asks
  all others. Who pauses for another reason extends its hook ``_collect_pauses``.
* ``ar.contact.log``: ``ar_log(partner, outcome, channel="call", …)`` notes a contact.
* ``ar.collection.reply``: ``ar_receive(message, parent_id)`` sorts an answer to a reminder.
* ``ar.worklist``: ``ar_rank(user=None, date=None)`` says whom to call first, and why; who
  pauses items adds a statement to its hook ``_pause_statements``.
* ``ar.dunning.notice``: ``ar_cancel(reason)`` takes back reminders that were not sent,
  ``ar_approve()`` lets those leave that wait for a supervisor, ``ar_note_bounce(message_ids)``
  asks for another address.
  ``ar_approve()`` lets those leave that wait for a supervisor.
* ``ar.writeoff.request``: ``ar_request(items, reason, …)`` asks for items to be given up,
  ``ar_propose(company, date=None)`` for small balances; ``action_approve()``,
  ``ar_reject(reason)``, ``ar_undo()``, ``ar_recover(credit, amount=None, date=None)``.
* ``ar.handover``: ``ar_prepare(items, agency, kind="agency")`` makes a case for a lawyer or an
  agency, ``action_make_pack()`` its papers; ``ar_get_paused(items, date)``.
* ``ar.provision``: ``ar_compute(company, date)`` counts what receivables are likely to lose
  (IFRS 9), ``action_propose_entry()`` writes the entry.
"""

from . import (
    account_move,
    account_move_late_fee,
    account_move_line,
    account_move_promise,
    account_move_provision,
    account_move_writeoff,
    ar_account_statement,
    ar_account_statement_policy,
    ar_collection_hold,
    ar_collection_pause,
    ar_collection_reply,
    ar_contact_log,
    ar_contact_outcome,
    ar_dashboard,
    ar_dunning_level,
    ar_dunning_level_fee,
    ar_dunning_notice,
    ar_dunning_notice_bounce,
    ar_dunning_notice_documents,
    ar_dunning_notice_fee,
    ar_dunning_notice_line,
    ar_dunning_notice_sending,
    ar_dunning_notice_texts,
    ar_dunning_policy,
    ar_dunning_run,
    ar_dunning_trial,
    ar_handover,
    ar_handover_line,
    ar_interest_fixed_sum,
    ar_interest_rate,
    ar_interest_regime,
    ar_job_collections_delivery,
    ar_job_collections_dunning,
    ar_job_collections_late_fees,
    ar_job_collections_plan,
    ar_job_collections_promise,
    ar_job_collections_writeoff,
    ar_job_statement_delivery,
    ar_job_statements,
    ar_late_fee,
    ar_late_fee_policy,
    ar_open_item,
    ar_payment_plan,
    ar_payment_plan_instalment,
    ar_payment_plan_item,
    ar_promise,
    ar_promise_line,
    ar_provision,
    ar_provision_bucket,
    ar_provision_line,
    ar_provision_policy,
    ar_statement_report,
    ar_statement_report_written,
    ar_worklist,
    ar_worklist_absence,
    ar_worklist_rule,
    ar_writeoff_line,
    ar_writeoff_policy,
    ar_writeoff_reason,
    ar_writeoff_request,
    mail_thread,
    res_company,
    res_company_promise,
    res_config_settings,
    res_config_settings_promise,
    res_partner,
    res_partner_contact,
    res_partner_late_fee,
    res_partner_statement,
)

# isort: split
# what extends the models above
from . import (
    ar_collection_pause_handover,
    ar_job_collections_dunning_pause,
    ar_payment_plan_agree,
    ar_payment_plan_judge,
    ar_promise_dunning,
    ar_promise_judge,
    ar_promise_record,
    ar_promise_register,
    ar_worklist_act,
    ar_worklist_customer,
    ar_worklist_screen,
    ar_writeoff_booking,
    ar_writeoff_small,
)
