from . import ar_rule_trial, ar_rule_trial_line
