"""What is invoiced when, what is checked before posting, and how invoices are delivered.

Public methods that other areas call:

* ``sale.order``: ``ar_invoice_due(company, date, dry_run=…)`` runs the job that invoices
  confirmed orders; ``orders.ar_create_checked_invoices(date, reason)`` does it for given ones.
* ``account.move``: ``ar_check(date)`` checks invoices and returns their ``ar.invoice.finding``
  records; ``ar_check_and_post(date)`` posts drafts that pass the checks and stores the reasons
  on those that do not; ``ar_queue_for_sending()`` queues posted invoices;
  ``ar_deliver(channels=None)`` does so by given channels and returns their deliveries.
* ``ar.delivery``: ``deliveries.ar_note(state, message)`` is the only way to change a state;
  ``ar_note_bounce(message_ids, reason)``, ``ar_note_opened(records)``.
* ``ar.print.batch``: ``ar_make(deliveries)`` puts waiting letters into batches for the post room.
* ``account.move``: ``ar_rebill(date, code, reason)``, ``ar_credit_part(…)`` and
  ``ar_defer(due_date)`` correct a posted invoice.
* ``ar.invoice.finding``: ``findings.ar_accept(reason)`` accepts what a check asks.
* ``res.partner``: ``_ar_required_data(company)`` says what a customer's invoices must carry;
  whoever knows more extends it.
* ``ar.invoice.plan``: ``ar_run(company, date, dry_run=…)`` runs the job that bills recurring
  plans; ``plans.ar_bill_due(date)`` bills given ones; ``plan.ar_upcoming(until)`` tells the
  periods to come. ``orders.ar_create_plans()`` makes plans from orders.
* ``ar.invoice.policy``: ``ar_get_policies(partners, company)`` says by which policy each customer
  is invoiced; ``partner.ar_effective_invoice_policy_id`` is the same for one.
* ``ar.invoice.usage``: ``ar_record(company, rows)`` takes what was used from another program.
* ``ar.order.intake``: ``ar_receive(company, filename, content, profile=…, partner=…)`` takes in
  an order file; ``intake.action_take()`` makes its quotations.
* ``ar.o2c.source``: one method per source of dates of the order-to-cash track; whoever knows
  when a stage began extends ``_order_<stage>()`` or ``_move_<stage>()``.
  ``record.ar_get_portal_track()`` of orders and invoices: what the customer sees of it.
* Jobs ``ar.job.invoicing.orders``, ``.plans``, ``.milestones``, ``.forecast``,
  ``.delivery`` and ``.printing``.
"""

# before the models that inherit it
from . import ar_o2c_stage  # isort: skip
from . import (
    account_move,
    account_move_check,
    account_move_correction,
    account_move_findings,
    account_move_plan,
    account_move_policy,
    account_move_review,
    account_move_send,
    account_move_send_policy,
    account_move_track,
    ar_delivery,
    ar_delivery_combined,
    ar_invoice_check,
    ar_invoice_finding,
    ar_invoice_forecast,
    ar_invoice_milestone,
    ar_invoice_period,
    ar_invoice_plan,
    ar_invoice_plan_line,
    ar_invoice_plan_pause,
    ar_invoice_plan_schedule,
    ar_invoice_plan_terms,
    ar_invoice_plan_tier,
    ar_invoice_policy,
    ar_invoice_policy_fee,
    ar_invoice_usage,
    ar_o2c_source,
    ar_o2c_span,
    ar_o2c_track,
    ar_order_intake,
    ar_order_intake_column,
    ar_order_intake_mail,
    ar_order_intake_order,
    ar_order_intake_profile,
    ar_order_intake_row,
    ar_price_index,
    ar_price_index_value,
    ar_print_batch,
    job_delivery,
    job_forecast,
    job_milestones,
    job_orders,
    job_plans,
    job_printing,
    mail_notification,
    mail_thread,
    product_template,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_policy,
    sale_order,
    sale_order_line,
    sale_order_line_policy,
    sale_order_plan,
    sale_order_policy,
    sale_order_together,
    sale_order_track,
    snailmail_letter,
)
