"""The providers that this addon brings: one line each."""

from __future__ import annotations

from . import (
    berlin_group,
    enable_banking,
    generic_rest,
    gocardless,
    plaid,
    ponto,
    qonto,
    revolut,
    sftp,
    stripe_payouts,
)
from .registry import register
from .soap import finnish, generic

PROVIDERS = (
    berlin_group.PROVIDER,
    enable_banking.PROVIDER,
    finnish.PROVIDER,
    generic_rest.PROVIDER,
    generic.GENERIC_SOAP,
    gocardless.PROVIDER,
    plaid.PROVIDER,
    ponto.PROVIDER,
    qonto.PROVIDER,
    revolut.PROVIDER,
    sftp.PROVIDER,
    stripe_payouts.PROVIDER,
    generic.TBC,
)

for _provider in PROVIDERS:
    register(_provider)
