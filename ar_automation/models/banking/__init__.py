"""Bank feeds: from what a bank sends to statement lines, every transaction once.

Public methods that other areas call:

* ``account.journal``: ``ar_import_statement_file(filename, content)``.
* ``res.company``: ``ar_get_bank_data_date()``, the day up to which the company knows what
  its banks booked.
"""

from . import (
    account_analytic_distribution_model,
    account_bank_statement_line,
    account_journal,
    account_move,
    ar_job_watch_folder,
    ar_statement_import,
    res_company,
)
