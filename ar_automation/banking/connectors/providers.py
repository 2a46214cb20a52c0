"""The providers that this addon brings: one line each."""

from __future__ import annotations

<<<<<<< HEAD
from . import (
    berlin_group,
    enable_banking,
    generic_rest,
    gocardless,
    plaid,
    ponto,
    qonto,
    sftp,
    stripe_payouts,
)
from .registry import register

PROVIDERS = (
    berlin_group.PROVIDER,
    enable_banking.PROVIDER,
    generic_rest.PROVIDER,
    gocardless.PROVIDER,
    plaid.PROVIDER,
    ponto.PROVIDER,
    qonto.PROVIDER,
    sftp.PROVIDER,
    stripe_payouts.PROVIDER,
)
=======
from .registry import register
from .soap.finnish.connector import PROVIDER as FINNISH
from .soap.generic.connector import GENERIC_SOAP, TBC

PROVIDERS = (FINNISH, GENERIC_SOAP, TBC)
>>>>>>> c20d4f7 (Fetch from any SOAP bank by a description, with TBC Bank as the first)

for _provider in PROVIDERS:
    register(_provider)
