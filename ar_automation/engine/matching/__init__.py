"""Which open items a payment settles, how sure that is, and why.

``references`` finds what a text names, ``decide`` weighs a whole batch of payments against the
open items that they may settle. Nothing is booked on a likeness: a payment is *sure* when what
it names, its amount and its payer agree and no other reading exists; everything else is
proposed with its reasons, or left.
"""
