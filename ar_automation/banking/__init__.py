"""The outside world without Odoo: bank files and bank services become plain values.

Nothing here imports Odoo or the decision engine. ``formats`` reads files, ``identity`` gives
every transaction the key by which it is known again.
"""
