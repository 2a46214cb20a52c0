"""What is invoiced when, what is checked before posting, and how invoices are delivered.

Public methods that other areas call:

* ``sale.order``: ``ar_invoice_due(company, date, dry_run=…)`` runs the job that invoices
  confirmed orders; ``orders.ar_create_checked_invoices(date, reason)`` does it for given ones.
* ``account.move``: ``ar_check_and_post(date)`` posts drafts that pass the checks and stores
  the reasons on those that do not; ``ar_queue_for_sending()`` queues posted invoices.
* Jobs ``ar.job.invoicing.orders`` and ``ar.job.invoicing.delivery``.
"""

from . import (
    account_move,
    account_move_check,
    account_move_send,
    job_delivery,
    job_orders,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
)
