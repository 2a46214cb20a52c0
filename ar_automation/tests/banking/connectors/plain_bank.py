"""The shortest description of a bank, for tests that change single keys of it."""

import json

SECRET = "s3cret of the bank"
PLAIN = {
    "name": "Plain Bank",
    "base_url": "https://bank.example/api",
    "fixed_accounts": [{"identifier": "acc-1", "number": "NL02ABNA0123456789", "currency": "EUR"}],
    "transactions": {
        "path": "/transactions",
        "items": "items",
        "fields": {"id": "id", "booking_date": {"path": "day"}, "amount": {"path": "amount"}},
    },
}


def described(**changes):
    """Return the plain description with keys changed: ``transactions__paging={...}``."""
    description = json.loads(json.dumps(PLAIN))
    for name, value in changes.items():
        *outer, last = name.split("__")
        part = description
        for step in outer:
            part = part.setdefault(step, {})
        part[last] = value
    return description
