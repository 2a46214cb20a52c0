from . import banking, cash_application, credit, reporting
