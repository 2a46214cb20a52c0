"""The rules of this house that no ready-made tool checks.

Each module yields findings as ``path:line: sentence``; run all of them with
``python -m devtools.checks`` in the checkout.
"""
