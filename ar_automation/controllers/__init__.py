from . import banking, cash_application, collections, credit, invoicing, reporting
