from . import banking, reporting
