from . import banking, cash_application, reporting
