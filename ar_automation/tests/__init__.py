from . import automation, credit, invoicing
