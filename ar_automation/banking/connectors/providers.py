"""The providers that come with the addon: one line each."""

from __future__ import annotations

from . import berlin_group, enable_banking, gocardless, plaid
from .registry import register

register(berlin_group.PROVIDER)
register(enable_banking.PROVIDER)
register(gocardless.PROVIDER)
register(plaid.PROVIDER)
