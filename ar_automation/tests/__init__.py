from . import automation, invoicing
