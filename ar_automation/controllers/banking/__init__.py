from . import consent_return, webhook
