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

for _provider in PROVIDERS:
    register(_provider)
