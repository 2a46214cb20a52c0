from . import portal_remittance
