from . import ar_statement_upload
