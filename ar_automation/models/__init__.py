from . import automation, banking, cash_application, credit, invoicing, reporting
