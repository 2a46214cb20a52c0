"""Bank feeds: from what a bank sends to statement lines, every transaction once.

Public methods that other areas call:

* ``account.journal``: ``ar_import_statement_file(filename, content)``.
* ``ar.bank.connection``: ``ar_sync(from_date=None, dry_run=False)`` fetches what is new, changed
  or withdrawn and returns the ``ar.bank.sync`` record; ``ar_test()`` tries the credentials.
* ``res.company``: ``ar_get_bank_data_date()``, the day up to which the company knows what
  its banks booked.
"""

from . import (
    account_analytic_distribution_model,
    account_bank_statement_line,
    account_journal,
    account_move,
    ar_bank_connection,
    ar_bank_connection_consent,
    ar_bank_connection_setting,
    ar_bank_feed,
    ar_bank_payload,
    ar_bank_pending,
    ar_bank_sync,
    ar_bank_webhook,
    ar_job_banking_sync,
    ar_job_watch_folder,
    ar_statement_import,
    ar_statement_profile,
    res_company,
)
