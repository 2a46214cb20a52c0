from . import ar_credit_refund_request, ar_rule_trial, ar_rule_trial_line
