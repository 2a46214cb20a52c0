from . import banking, cash_application, credit, invoicing, reporting
