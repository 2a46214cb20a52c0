from . import (
    ar_bank_certificate,
    ar_bank_connect,
    ar_bank_connect_line,
    ar_bank_replay,
    ar_statement_upload,
)
