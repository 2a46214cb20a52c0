from . import (
    test_bank_accounts,
    test_bank_day,
    test_camt_writer,
    test_company,
    test_customers,
    test_day,
    test_doctests,
    test_menu_walk,
    test_story,
)
