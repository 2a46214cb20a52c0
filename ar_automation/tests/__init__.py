from . import automation, collections, credit, invoicing, reporting
