from . import portal_plan, portal_promise, portal_statement, statement_download
