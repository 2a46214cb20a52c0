"""Which open items a payment settles, how probable that is, and why.

``facts`` are the values in and out; ``references`` finds what a text names, ``payer`` who paid,
``amounts`` how the sums compare, ``allocation`` which items add up and who gets what;
``candidates`` puts them together into readings of a payment, ``confidence`` gives each a
probability, ``gate`` says what may be booked unattended, and ``decide`` does all of it for a
batch. Never wrong by itself comes before everything: what has two readings is asked.
"""
