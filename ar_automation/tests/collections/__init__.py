from . import (
    test_access,
    test_decision,
    test_delivery,
    test_dunning,
    test_screens,
    test_statement,
)
