from . import (
    ar_account_statement_create,
    ar_collection_hold_add,
    ar_contact_log_add,
    ar_dunning_hold,
    ar_dunning_level_preview,
    ar_dunning_simulation,
    ar_dunning_simulation_line,
    ar_late_fee_waive,
    ar_payment_plan_propose,
    ar_promise_register,
    ar_writeoff_ask,
    ar_writeoff_recover,
)
