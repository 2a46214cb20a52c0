"""Reconciliation rules: what becomes of a bank transaction that pays no invoice.

``facts`` are the values in and out, ``expressions`` runs what users write as regular expressions
within a time limit, ``conditions`` tells whether a rule fits a transaction, ``counterpart``
divides the transaction among the rule's lines, ``apply`` goes through the rules in their order.
"""
