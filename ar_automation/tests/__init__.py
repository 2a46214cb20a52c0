from . import automation, credit, invoicing, reporting
