from . import portal_plan, portal_promise
from . import portal_statement, statement_download
