"""How any unattended job runs: batches, locks, progress, log, exceptions inbox, audit trail.

Public methods that other areas call:

* ``ar.job``: inherit it and say what is due, how one batch is processed or made ready, and
  which key makes the effect unique; start it with ``ar_run_job(company, date, dry_run=…)``.
* ``ar.exception``: ``ar_report(…)`` puts a record into the exceptions inbox and
  ``ar_resolve_for(…)`` takes it out again.
* ``ar.audit.event``: ``ar_append(company, events)`` adds to the hash-chained audit trail.
* ``ar.company.policy``: inherit it for a policy of which every company has one;
  ``ar_get_policy(company)`` returns it. ``ar.customer.policy``: the same with others beside the
  default for some customers; ``ar_get_policies(partners, company)`` returns theirs.
* ``ar.guarded.state``: inherit it to let ``state`` change in certain ways only.
* ``mail.mail``: ``ar_send_now(values, attachments)`` creates and sends one mail as the
  effect of a job; ``ar_prepare(vals_list)`` creates mails ahead, which ``ar_hand_over()``
  sends; both raise ``ArError`` and never leave a mail to core's queue.
* ``ir.actions.report``: ``ar_print_each(report, ids, data)`` returns the PDF of each record.
* ``mail.template``: ``ar_render(record, lang)`` returns subject and body of a mail.
"""

from . import (
    ar_audit_chain,
    ar_audit_event,
    ar_company_policy,
    ar_customer_policy,
    ar_exception,
    ar_guarded_state,
    ar_job,
    ar_job_config,
    ar_run,
    ar_run_line,
    ir_actions_report,
    ir_cron,
    ir_qweb,
    mail_mail,
    mail_template,
)
