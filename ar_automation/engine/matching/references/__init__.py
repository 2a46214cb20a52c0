"""What a payment's texts name: structured references, and numbers as people write them.

``schemes`` knows the check digits of each country's references; ``numbers`` knows in which
shorter forms a number of ours may be written; ``scan`` reads texts for both in linear time.
"""
