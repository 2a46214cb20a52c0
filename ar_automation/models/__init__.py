from . import automation, banking, cash_application, collections, credit, invoicing, reporting
