"""Decisions without Odoo: plain values in, plain values out.

Nothing below this folder imports Odoo, reads a clock or touches a database, a
file or the network. Dates are handed in, money is :class:`decimal.Decimal`.
"""
