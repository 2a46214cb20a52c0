"""What a person starts from a screen of the credit area."""

from . import ar_credit_decision, ar_credit_review_rejection, ar_payment_model_fit
