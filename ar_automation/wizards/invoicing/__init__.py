"""What a person starts from a screen of the invoicing area."""

from . import (
    ar_invoice_correct,
    ar_invoice_correct_line,
    ar_invoice_finding_accept,
    ar_invoice_plan_amend,
    ar_invoice_plan_amend_line,
    ar_invoice_usage_import,
    ar_order_intake_upload,
)
