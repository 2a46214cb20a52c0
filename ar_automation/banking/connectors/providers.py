"""The providers that this addon brings: one line each."""

from __future__ import annotations

from . import berlin_group, enable_banking, gocardless, plaid
from .registry import register

PROVIDERS = (
    berlin_group.PROVIDER,
    enable_banking.PROVIDER,
    gocardless.PROVIDER,
    plaid.PROVIDER,
)

for _provider in PROVIDERS:
    register(_provider)
