from . import banking, credit
