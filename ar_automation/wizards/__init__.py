from . import banking, collections, credit
