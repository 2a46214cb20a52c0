"""What a person starts from a screen of the credit area."""

from . import ar_credit_decision
