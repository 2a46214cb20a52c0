from . import automation, banking, cash_application, invoicing
