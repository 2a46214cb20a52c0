from . import automation, collections, credit, demo, invoicing, reporting
