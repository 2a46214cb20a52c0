from . import portal_invoice
