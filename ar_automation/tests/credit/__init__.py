from . import (
    test_credit_bypass,
    test_credit_check,
    test_credit_group,
    test_credit_limit,
    test_credit_orders,
    test_credit_processes,
    test_exposure,
    test_exposure_screens,
    test_order_decision,
    test_partner_and_policy,
    test_payment_model,
    test_recheck,
)
