from . import credit_application, portal_credit
