from . import automation, reporting

# isort: split
# after reporting: the other areas add their tiles to its overview
from . import banking, cash_application, collections, credit, invoicing
