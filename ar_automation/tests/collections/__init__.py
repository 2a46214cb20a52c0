from . import (
    test_access,
    test_decision,
    test_delivery,
    test_dunning,
    test_interest,
    test_late_fee_screens,
    test_late_fees,
    test_late_interest,
    test_screens,
    test_statement,
)
